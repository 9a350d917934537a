"""The weights that track records give to the answers of one question, where the advisor says so.

This is where a page or a file of pooled figures asks: :func:`find_weights` gives a weight for each contributor, or
None where all weigh the same. Weights themselves are records and are shown to nobody but the advisor.
"""

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.answers.record.judged import list_by_contributor
from advnet.answers.record.scores import weights_from_record
from advnet.consultations.model import Consultation, Question
from advnet.permissions import Permission, require


def find_weights(
    session: Session, *, actor: Actor, consultation: Consultation, question: Question
) -> dict[int, float] | None:
    """Contributor → weight, adding up to 1 over all who have one; None where records do not weigh the answers.

    Only claims of *other* consultations count, and only of those that tell the advisor the names: what this one brings
    is no reason to weigh it by. Pass the weights of those who answered on, for a probability as
    ``aggregation.weights.weighted(ratings, weights[:, None])``, for a quantity as
    ``aggregation.pool_quantity(quantiles, levels, weights=weights)``; neither asks that they add up to 1.

    :raises Forbidden: the actor is not the advisor; show others the figure in which all weigh the same
    """
    require(Permission.RECORD_COMPARE, actor)
    if not question.uses_record:
        return None
    judged = list_by_contributor(session, consultation=consultation)
    if not judged:
        return None
    scores = {
        contributor_id: [(one.stated - one.outcome) ** 2 for one in of if one.stated is not None]
        for contributor_id, of in judged.items()
    }
    weights = weights_from_record([sum(one) for one in scores.values()], [len(one) for one in scores.values()])
    return {contributor_id: float(weight) for contributor_id, weight in zip(scores, weights, strict=True)}
