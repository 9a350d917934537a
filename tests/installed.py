"""An installation as an operator has it."""

from advnet.config import Settings


def environment(settings: Settings) -> dict[str, str]:
    """The variables that give ``settings`` again."""
    return {
        "ADVNET_MODE": settings.mode,
        "ADVNET_INSTANCE": str(settings.instance),
        "ADVNET_DATABASE_URL": settings.database_url,
        "ADVNET_SECRET_KEY": settings.secret_key,
        "ADVNET_MAIL_URL": settings.mail_url,
        "ADVNET_BASE_URL": settings.base_url,
        "ADVNET_LOG_LEVEL": settings.log_level,
    }
