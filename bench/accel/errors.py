"""What keeps a measurement from beginning."""

from accel.errors import AccelError


class CannotMeasure(AccelError):
    """Why nothing can be measured, and what to change: one sentence."""
