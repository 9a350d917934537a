"""The tables of the core loop, and the refusal of changes to the audit log."""

import sqlalchemy as sa
from alembic import op

from advnet.db import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE_REFUSES = (
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
    "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
)
POSTGRESQL_REFUSES = (
    "CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_entry is append-only'; END $$",
    "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()",
)


def upgrade() -> None:
    op.create_table(
        "concept",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("facet", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label_ja", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("synonyms_ja", sa.JSON(), nullable=False),
        sa.Column("synonyms_en", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("edited_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("facet IN ('field', 'area', 'region', 'instrument')", name=op.f("ck_concept_facet")),
        sa.CheckConstraint("label_ja <> '' AND label_en <> ''", name=op.f("ck_concept_has_both_labels")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_concept_not_its_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["concept.id"], name=op.f("fk_concept_parent_id_concept")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept")),
        sa.UniqueConstraint("code", name=op.f("uq_concept_code")),
    )
    op.create_index(op.f("ix_concept_facet"), "concept", ["facet"], unique=False)
    op.create_index(op.f("ix_concept_parent_id"), "concept", ["parent_id"], unique=False)
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    op.create_index(op.f("ix_failed_sign_in_address_at"), "failed_sign_in", ["address", "at"], unique=False)
    op.create_index(op.f("ix_failed_sign_in_email_key_at"), "failed_sign_in", ["email_key", "at"], unique=False)
    op.create_table(
        "index_change",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_index_change")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("leased_by", sa.String(length=80), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("dead_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("done_at IS NULL OR dead_at IS NULL", name=op.f("ck_job_one_end")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index(
        "ix_job_waiting",
        "job",
        ["run_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("timezone", sa.String(length=50), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('unconfirmed', 'active', 'closed')", name=op.f("ck_user_account_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_account_email_key")),
    )
    op.create_table(
        "account_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('confirm-email', 'reset-password', 'accept-invitation')", name=op.f("ck_account_token_purpose")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_account_token_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_token")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_account_token_secret_hash")),
    )
    op.create_index(op.f("ix_account_token_user_id"), "account_token", ["user_id"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_audit_entry_actor_id_user_account")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_actor_id"), "audit_entry", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_event"), "audit_entry", ["event"], unique=False)
    op.create_index(
        op.f("ix_audit_entry_subject_type_subject_id"), "audit_entry", ["subject_type", "subject_id"], unique=False
    )
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("title_ja", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("background_ja", sa.Text(), nullable=False),
        sa.Column("background_en", sa.Text(), nullable=False),
        sa.Column("decision_ja", sa.Text(), nullable=False),
        sa.Column("decision_en", sa.Text(), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("deadline_at", UtcDateTime(), nullable=True),
        sa.Column("tlp", sa.String(length=20), nullable=False),
        sa.Column("chatham_house", sa.Boolean(), nullable=False),
        sa.Column("confidentiality", sa.Integer(), nullable=False),
        sa.Column("handling", sa.String(length=300), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("wanted_answers", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("state_changed_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("requester_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("source_note", sa.String(length=500), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("filed_at", UtcDateTime(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_consultation_merged_into")
        ),
        sa.CheckConstraint(
            "mode IN ('attributed', 'named_to_advisor', 'anonymous')", name=op.f("ck_consultation_mode")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'filed', 'triage', 'returned', 'merged', 'declined', 'scoped', 'panel_proposed', 'inviting', 'open', 'closed', 'synthesis', 'review', 'issued', 'in_use', 'settled', 'cancelled')",
            name=op.f("ck_consultation_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('cancelled') OR cancelled_at IS NOT NULL", name=op.f("ck_consultation_cancelled_at")
        ),
        sa.CheckConstraint(
            "state NOT IN ('closed', 'synthesis', 'review', 'issued', 'in_use', 'settled') OR closed_at IS NOT NULL",
            name=op.f("ck_consultation_closed_at"),
        ),
        sa.CheckConstraint("state NOT IN ('filed') OR filed_at IS NOT NULL", name=op.f("ck_consultation_filed_at")),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'in_use', 'settled') OR issued_at IS NOT NULL",
            name=op.f("ck_consultation_issued_at"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('open', 'closed', 'synthesis', 'review', 'issued', 'in_use', 'settled') OR opened_at IS NOT NULL",
            name=op.f("ck_consultation_opened_at"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('scoped', 'panel_proposed', 'inviting', 'open', 'closed', 'synthesis', 'review', 'issued', 'in_use', 'settled') OR deadline_at IS NOT NULL",
            name=op.f("ck_consultation_deadline_at"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('settled') OR settled_at IS NOT NULL", name=op.f("ck_consultation_settled_at")
        ),
        sa.CheckConstraint("title_ja <> '' OR title_en <> ''", name=op.f("ck_consultation_title")),
        sa.CheckConstraint(
            "tlp IN ('RED', 'AMBER+STRICT', 'AMBER', 'GREEN', 'CLEAR')", name=op.f("ck_consultation_tlp")
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR closed_at >= opened_at", name=op.f("ck_consultation_closed_after_opened")
        ),
        sa.CheckConstraint("confidentiality BETWEEN 1 AND 3", name=op.f("ck_consultation_confidentiality")),
        sa.CheckConstraint(
            "issued_at IS NULL OR issued_at >= closed_at", name=op.f("ck_consultation_issued_after_closed")
        ),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_consultation_merged_into_another")),
        sa.CheckConstraint("wanted_answers BETWEEN 1 AND 500", name=op.f("ck_consultation_wanted_answers")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_consultation_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["consultation.id"], name=op.f("fk_consultation_merged_into_id_consultation")
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["user_account.id"], name=op.f("fk_consultation_requester_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("reference", name=op.f("uq_consultation_reference")),
    )
    op.create_index(op.f("ix_consultation_created_by_id"), "consultation", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_consultation_merged_into_id"), "consultation", ["merged_into_id"], unique=False)
    op.create_index(op.f("ix_consultation_requester_id"), "consultation", ["requester_id"], unique=False)
    op.create_index(
        op.f("ix_consultation_state_changed_at_id"), "consultation", ["state_changed_at", "id"], unique=False
    )
    op.create_index(op.f("ix_consultation_state_deadline_at"), "consultation", ["state", "deadline_at"], unique=False)
    op.create_table(
        "expert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("family_ja", sa.String(length=100), nullable=False),
        sa.Column("given_ja", sa.String(length=100), nullable=False),
        sa.Column("family_kana", sa.String(length=100), nullable=False),
        sa.Column("given_kana", sa.String(length=100), nullable=False),
        sa.Column("family_en", sa.String(length=100), nullable=False),
        sa.Column("given_en", sa.String(length=100), nullable=False),
        sa.Column("orcid", sa.String(length=19), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("career_stage", sa.String(length=20), nullable=True),
        sa.Column("biography_ja", sa.Text(), nullable=False),
        sa.Column("biography_en", sa.Text(), nullable=False),
        sa.Column("max_open_invitations", sa.Integer(), nullable=False),
        sa.Column("off_limits", sa.Text(), nullable=False),
        sa.Column("consent_at", UtcDateTime(), nullable=True),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.Column("standing", sa.String(length=20), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("vetted_until", UtcDateTime(), nullable=True),
        sa.Column("re_vetting_since", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "career_stage IN ('early', 'mid', 'senior', 'emeritus')", name=op.f("ck_expert_career_stage")
        ),
        sa.CheckConstraint(
            "standing <> 're_vetting' OR re_vetting_since IS NOT NULL", name=op.f("ck_expert_re_vetting_is_dated")
        ),
        sa.CheckConstraint(
            "standing IN ('active', 'paused', 're_vetting', 'expired', 'suspended')", name=op.f("ck_expert_standing")
        ),
        sa.CheckConstraint("(consent_at IS NULL) = (consent_version IS NULL)", name=op.f("ck_expert_consent_is_whole")),
        sa.CheckConstraint(
            "(standing IS NULL) = (approved_at IS NULL) AND (standing IS NULL) = (vetted_until IS NULL)",
            name=op.f("ck_expert_standing_is_dated"),
        ),
        sa.CheckConstraint("max_open_invitations BETWEEN 1 AND 20", name=op.f("ck_expert_max_open_invitations")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_expert_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert")),
        sa.UniqueConstraint("external_id", name=op.f("uq_expert_external_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_expert_user_id")),
    )
    op.create_index(op.f("ix_expert_career_stage"), "expert", ["career_stage"], unique=False)
    op.create_index(op.f("ix_expert_country"), "expert", ["country"], unique=False)
    op.create_index(op.f("ix_expert_family_en"), "expert", ["family_en"], unique=False)
    op.create_index(op.f("ix_expert_family_kana"), "expert", ["family_kana"], unique=False)
    op.create_index(op.f("ix_expert_standing"), "expert", ["standing"], unique=False)
    op.create_index(
        "uq_expert_orcid_approved",
        "expert",
        ["orcid"],
        unique=True,
        sqlite_where=sa.text("standing IS NOT NULL"),
        postgresql_where=sa.text("standing IS NOT NULL"),
    )
    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_login_session_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index(op.f("ix_login_session_user_id"), "login_session", ["user_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "role IN ('applicant', 'expert', 'advisor', 'secretariat', 'requester', 'administrator', 'auditor')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_role_grant_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("user_id", "role", name=op.f("uq_role_grant_user_id_role")),
    )
    op.create_table(
        "affiliation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_ja", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("role_ja", sa.String(length=200), nullable=False),
        sa.Column("role_en", sa.String(length=200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("name_ja <> '' OR name_en <> ''", name=op.f("ck_affiliation_has_name")),
        sa.CheckConstraint(
            "until_on IS NULL OR from_on IS NULL OR from_on <= until_on", name=op.f("ck_affiliation_dates_in_order")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_affiliation_expert_id_expert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
    )
    op.create_index(op.f("ix_affiliation_expert_id"), "affiliation", ["expert_id"], unique=False)
    op.create_table(
        "brief",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("title_ja", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("body_ja", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("review_reason", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'issued') = (issued_at IS NOT NULL)", name=op.f("ck_brief_issued_at")),
        sa.CheckConstraint("state <> 'issued' OR body_ja <> '' OR body_en <> ''", name=op.f("ck_brief_issued_text")),
        sa.CheckConstraint("state IN ('drafting', 'in_review', 'issued')", name=op.f("ck_brief_state")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_brief_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user_account.id"], name=op.f("fk_brief_issued_by_id_user_account")),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["user_account.id"], name=op.f("fk_brief_updated_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief")),
        sa.UniqueConstraint("consultation_id", name=op.f("uq_brief_consultation_id")),
    )
    op.create_index(op.f("ix_brief_issued_at"), "brief", ["issued_at"], unique=False)
    op.create_table(
        "consultation_facet",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name=op.f("fk_consultation_facet_concept_id_concept")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_consultation_facet_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "concept_id", name=op.f("pk_consultation_facet")),
    )
    op.create_index(op.f("ix_consultation_facet_concept_id"), "consultation_facet", ["concept_id"], unique=False)
    op.create_table(
        "contributor",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'drafting') = (revision = 0)", name=op.f("ck_contributor_revision")),
        sa.CheckConstraint(
            "state IN ('drafting', 'submitted', 'revised', 'released', 'withdrawn')", name=op.f("ck_contributor_state")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_contributor_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributor")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_contributor_consultation_id_number")),
    )
    op.create_table(
        "expert_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=254), nullable=False),
        sa.CheckConstraint("kind IN ('email', 'orcid', 'name')", name=op.f("ck_expert_key_kind")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_expert_key_expert_id_expert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_key")),
        sa.UniqueConstraint("expert_id", "kind", "key", name=op.f("uq_expert_key_expert_id_kind_key")),
    )
    op.create_index(op.f("ix_expert_key_expert_id"), "expert_key", ["expert_id"], unique=False)
    op.create_index(op.f("ix_expert_key_kind_key"), "expert_key", ["kind", "key"], unique=False)
    op.create_table(
        "expert_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_expert_skill_level")),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name=op.f("fk_expert_skill_concept_id_concept")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_expert_skill_expert_id_expert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_skill")),
        sa.UniqueConstraint("expert_id", "concept_id", name=op.f("uq_expert_skill_expert_id_concept_id")),
    )
    op.create_index(op.f("ix_expert_skill_concept_id"), "expert_skill", ["concept_id"], unique=False)
    op.create_index(op.f("ix_expert_skill_expert_id"), "expert_skill", ["expert_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_changed_at", UtcDateTime(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposal_reason", sa.Text(), nullable=False),
        sa.Column("interests_asked_at", UtcDateTime(), nullable=True),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("has_no_interests", sa.Boolean(), nullable=False),
        sa.Column("interests_before", sa.Text(), nullable=False),
        sa.Column("declared_at", UtcDateTime(), nullable=True),
        sa.Column("screening_verdict", sa.String(length=20), nullable=True),
        sa.Column("screening_reason", sa.Text(), nullable=False),
        sa.Column("screened_by_id", sa.Integer(), nullable=True),
        sa.Column("screened_at", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("respond_by", UtcDateTime(), nullable=True),
        sa.Column("responded_at", UtcDateTime(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("has_answered", sa.Boolean(), nullable=False),
        sa.Column("extension_asked_at", UtcDateTime(), nullable=True),
        sa.Column("extension_asked_until", UtcDateTime(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=False),
        sa.Column("extension_verdict", sa.String(length=20), nullable=True),
        sa.Column("extension_decided_by_id", sa.Integer(), nullable=True),
        sa.Column("extension_decision_reason", sa.Text(), nullable=False),
        sa.Column("extension_decided_at", UtcDateTime(), nullable=True),
        sa.Column("extended_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "NOT has_answered OR state NOT IN ('proposed', 'sent', 'declined', 'lapsed', 'withdrawn')",
            name=op.f("ck_invitation_has_answered"),
        ),
        sa.CheckConstraint(
            "declared_at IS NULL OR has_no_interests = (interests = '')", name=op.f("ck_invitation_interests")
        ),
        sa.CheckConstraint("extension_verdict IN ('granted', 'refused')", name=op.f("ck_invitation_extension_verdict")),
        sa.CheckConstraint(
            "screening_verdict IN ('cleared', 'barred', 'waived')", name=op.f("ck_invitation_screening_verdict")
        ),
        sa.CheckConstraint("state <> 'accepted' OR responded_at IS NOT NULL", name=op.f("ck_invitation_responded_at")),
        sa.CheckConstraint("state <> 'declined' OR responded_at IS NOT NULL", name=op.f("ck_invitation_declined_at")),
        sa.CheckConstraint(
            "state IN ('proposed', 'interests_asked', 'cleared', 'barred', 'waived', 'sent', 'accepted', 'declined', 'lapsed', 'replaced', 'withdrawn')",
            name=op.f("ck_invitation_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('cleared', 'barred', 'waived') OR screening_verdict = state",
            name=op.f("ck_invitation_screened"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('sent', 'accepted') OR (sent_at IS NOT NULL AND declared_at IS NOT NULL AND screening_verdict IN ('cleared', 'waived'))",
            name=op.f("ck_invitation_screened_before_sent"),
        ),
        sa.CheckConstraint(
            "(screening_verdict IS NULL) = (screened_at IS NULL)", name=op.f("ck_invitation_screened_at")
        ),
        sa.CheckConstraint(
            "extended_until IS NULL OR extension_asked_at IS NOT NULL", name=op.f("ck_invitation_extended_until")
        ),
        sa.CheckConstraint(
            "extension_verdict IS NULL OR extension_asked_until IS NOT NULL", name=op.f("ck_invitation_extension")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_invitation_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_invitation_expert_id_expert")),
        sa.ForeignKeyConstraint(
            ["extension_decided_by_id"],
            ["user_account.id"],
            name=op.f("fk_invitation_extension_decided_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_invitation_proposed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["invitation.id"], name=op.f("fk_invitation_replaced_by_id_invitation")
        ),
        sa.ForeignKeyConstraint(
            ["screened_by_id"], ["user_account.id"], name=op.f("fk_invitation_screened_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("consultation_id", "expert_id", name=op.f("uq_invitation_consultation_id_expert_id")),
    )
    op.create_index(op.f("ix_invitation_expert_id_state"), "invitation", ["expert_id", "state"], unique=False)
    op.create_index(op.f("ix_invitation_state_respond_by"), "invitation", ["state", "respond_by"], unique=False)
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_pause_dates_in_order")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_pause_expert_id_expert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index(op.f("ix_pause_expert_id"), "pause", ["expert_id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("prompt_ja", sa.Text(), nullable=False),
        sa.Column("prompt_en", sa.Text(), nullable=False),
        sa.Column("help_ja", sa.Text(), nullable=False),
        sa.Column("help_en", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("multiple", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('text', 'choice')", name=op.f("ck_question_kind")),
        sa.CheckConstraint("prompt_ja <> '' OR prompt_en <> ''", name=op.f("ck_question_prompt")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_question_position")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_question_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("consultation_id", "position", name=op.f("uq_question_consultation_id_position")),
    )
    op.create_index(op.f("ix_question_consultation_id"), "question", ["consultation_id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_registration_withdrawal_is_dated")
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'rejected')) = (decided_at IS NOT NULL)",
            name=op.f("ck_registration_decision_is_dated"),
        ),
        sa.CheckConstraint("state <> 'more_asked' OR question <> ''", name=op.f("ck_registration_question_is_said")),
        sa.CheckConstraint(
            "state <> 'rejected' OR reason_code IS NOT NULL", name=op.f("ck_registration_rejection_has_reason")
        ),
        sa.CheckConstraint(
            "state <> 'submitted' OR reviewer_id IS NULL", name=op.f("ck_registration_waiting_has_none")
        ),
        sa.CheckConstraint(
            "state = 'withdrawn' OR (state = 'started') = (submitted_at IS NULL)",
            name=op.f("ck_registration_submitted_is_dated"),
        ),
        sa.CheckConstraint(
            "state IN ('started', 'submitted', 'in_review', 'more_asked', 'approved', 'rejected', 'withdrawn')",
            name=op.f("ck_registration_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('in_review', 'more_asked') OR reviewer_id IS NOT NULL",
            name=op.f("ck_registration_review_has_reviewer"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_registration_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_registration_expert_id_expert")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["user_account.id"], name=op.f("fk_registration_reviewer_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
    )
    op.create_index(op.f("ix_registration_expert_id"), "registration", ["expert_id"], unique=False)
    op.create_index(op.f("ix_registration_reviewer_id"), "registration", ["reviewer_id"], unique=False)
    op.create_index(op.f("ix_registration_state_submitted_at"), "registration", ["state", "submitted_at"], unique=False)
    op.create_index(
        "uq_registration_open",
        "registration",
        ["expert_id"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('rejected', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('rejected', 'withdrawn')"),
    )
    op.create_table(
        "work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("venue", sa.String(length=300), nullable=False),
        sa.Column("doi", sa.String(length=300), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "kind IN ('article', 'conference', 'book', 'chapter', 'report', 'thesis', 'dataset', 'software', 'patent', 'standard', 'other')",
            name=op.f("ck_work_kind"),
        ),
        sa.CheckConstraint("source IN ('hand', 'bibtex', 'ris', 'doi', 'import')", name=op.f("ck_work_source")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_work_has_title")),
        sa.CheckConstraint("year BETWEEN 1800 AND 2200", name=op.f("ck_work_year")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_work_expert_id_expert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
    )
    op.create_index(op.f("ix_work_doi"), "work", ["doi"], unique=False)
    op.create_index(op.f("ix_work_expert_id"), "work", ["expert_id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contributor_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("sureness_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_answer_revision")),
        sa.CheckConstraint("sureness_percent BETWEEN 0 AND 100", name=op.f("ck_answer_sureness_percent")),
        sa.ForeignKeyConstraint(
            ["contributor_id"], ["contributor.id"], name=op.f("fk_answer_contributor_id_contributor")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_answer_question_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "contributor_id", "question_id", "revision", name=op.f("uq_answer_contributor_id_question_id_revision")
        ),
    )
    op.create_index(op.f("ix_answer_question_id_is_latest"), "answer", ["question_id", "is_latest"], unique=False)
    op.create_table(
        "brief_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title_ja", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("body_ja", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name=op.f("fk_brief_revision_brief_id_brief")),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["user_account.id"], name=op.f("fk_brief_revision_saved_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_revision")),
        sa.UniqueConstraint("brief_id", "version", name=op.f("uq_brief_revision_brief_id_version")),
    )
    op.create_table(
        "contributor_identity",
        sa.Column("contributor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["contributor_id"], ["contributor.id"], name=op.f("fk_contributor_identity_contributor_id_contributor")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_contributor_identity_invitation_id_invitation")
        ),
        sa.PrimaryKeyConstraint("contributor_id", name=op.f("pk_contributor_identity")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_contributor_identity_invitation_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_contributor_identity_reference")),
    )
    op.create_table(
        "citation",
        sa.Column("brief_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_citation_answer_id_answer")),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name=op.f("fk_citation_brief_id_brief")),
        sa.PrimaryKeyConstraint("brief_id", "answer_id", name=op.f("pk_citation")),
    )
    op.create_index(op.f("ix_citation_answer_id"), "citation", ["answer_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=False),
        sa.Column("doi", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('article', 'report', 'book', 'dataset', 'standard', 'law', 'experience', 'other')",
            name=op.f("ck_evidence_kind"),
        ),
        sa.CheckConstraint("link <> '' OR doi <> '' OR note <> ''", name=op.f("ck_evidence_says_something")),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_evidence_answer_id_answer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_answer_id"), "evidence", ["answer_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_REFUSES:
            op.execute(statement)
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL_REFUSES:
            op.execute(statement)


def downgrade() -> None:
    op.drop_index(op.f("ix_evidence_answer_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index(op.f("ix_citation_answer_id"), table_name="citation")
    op.drop_table("citation")
    op.drop_table("contributor_identity")
    op.drop_table("brief_revision")
    op.drop_index(op.f("ix_answer_question_id_is_latest"), table_name="answer")
    op.drop_table("answer")
    op.drop_index(op.f("ix_work_expert_id"), table_name="work")
    op.drop_index(op.f("ix_work_doi"), table_name="work")
    op.drop_table("work")
    op.drop_index(
        "uq_registration_open",
        table_name="registration",
        sqlite_where=sa.text("state NOT IN ('rejected', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('rejected', 'withdrawn')"),
    )
    op.drop_index(op.f("ix_registration_state_submitted_at"), table_name="registration")
    op.drop_index(op.f("ix_registration_reviewer_id"), table_name="registration")
    op.drop_index(op.f("ix_registration_expert_id"), table_name="registration")
    op.drop_table("registration")
    op.drop_index(op.f("ix_question_consultation_id"), table_name="question")
    op.drop_table("question")
    op.drop_index(op.f("ix_pause_expert_id"), table_name="pause")
    op.drop_table("pause")
    op.drop_index(op.f("ix_invitation_state_respond_by"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_expert_id_state"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_expert_skill_expert_id"), table_name="expert_skill")
    op.drop_index(op.f("ix_expert_skill_concept_id"), table_name="expert_skill")
    op.drop_table("expert_skill")
    op.drop_index(op.f("ix_expert_key_kind_key"), table_name="expert_key")
    op.drop_index(op.f("ix_expert_key_expert_id"), table_name="expert_key")
    op.drop_table("expert_key")
    op.drop_table("contributor")
    op.drop_index(op.f("ix_consultation_facet_concept_id"), table_name="consultation_facet")
    op.drop_table("consultation_facet")
    op.drop_index(op.f("ix_brief_issued_at"), table_name="brief")
    op.drop_table("brief")
    op.drop_index(op.f("ix_affiliation_expert_id"), table_name="affiliation")
    op.drop_table("affiliation")
    op.drop_table("role_grant")
    op.drop_index(op.f("ix_login_session_user_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index(
        "uq_expert_orcid_approved",
        table_name="expert",
        sqlite_where=sa.text("standing IS NOT NULL"),
        postgresql_where=sa.text("standing IS NOT NULL"),
    )
    op.drop_index(op.f("ix_expert_standing"), table_name="expert")
    op.drop_index(op.f("ix_expert_family_kana"), table_name="expert")
    op.drop_index(op.f("ix_expert_family_en"), table_name="expert")
    op.drop_index(op.f("ix_expert_country"), table_name="expert")
    op.drop_index(op.f("ix_expert_career_stage"), table_name="expert")
    op.drop_table("expert")
    op.drop_index(op.f("ix_consultation_state_deadline_at"), table_name="consultation")
    op.drop_index(op.f("ix_consultation_state_changed_at_id"), table_name="consultation")
    op.drop_index(op.f("ix_consultation_requester_id"), table_name="consultation")
    op.drop_index(op.f("ix_consultation_merged_into_id"), table_name="consultation")
    op.drop_index(op.f("ix_consultation_created_by_id"), table_name="consultation")
    op.drop_table("consultation")
    op.drop_index(op.f("ix_audit_entry_subject_type_subject_id"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_event"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_at"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_actor_id"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index(op.f("ix_account_token_user_id"), table_name="account_token")
    op.drop_table("account_token")
    op.drop_table("user_account")
    op.drop_index(
        "ix_job_waiting",
        table_name="job",
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.drop_table("job")
    op.drop_table("index_change")
    op.drop_index(op.f("ix_failed_sign_in_email_key_at"), table_name="failed_sign_in")
    op.drop_index(op.f("ix_failed_sign_in_address_at"), table_name="failed_sign_in")
    op.drop_table("failed_sign_in")
    op.drop_index(op.f("ix_concept_parent_id"), table_name="concept")
    op.drop_index(op.f("ix_concept_facet"), table_name="concept")
    op.drop_table("concept")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS audit_entry_refuse()")
