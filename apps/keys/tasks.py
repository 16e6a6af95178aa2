"""The platform's own tick. A lost one costs nothing: the next does the same."""

from celery import shared_task

from apps.keys.services import rotation

# A beat comes each five minutes; two at once would harm nothing.
LONGEST_S = 240.0


@shared_task(name="keys.go_on", ignore_result=True, expires=300)
def go_on() -> None:
    """Go on with a change of keys that was begun and is not over."""
    rotation.continue_begun(for_s=LONGEST_S)
