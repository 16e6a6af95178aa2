"""The platform's own tick of single sign-on. A lost one costs nothing: the next does the same."""

from celery import shared_task

from apps.sso.services import signing_out


@shared_task(name="sso.forget_ended", ignore_result=True, expires=3600)
def forget_ended() -> None:
    """Delete what ended more than a day ago."""
    signing_out.forget_ended()
