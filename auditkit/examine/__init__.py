"""The examination: the facts are gathered, the checks are run, and what they return is counted."""

from auditkit.examine.examination import Examination
from auditkit.examine.question import Question
from auditkit.examine.run import Examined, ask, examine

__all__ = ["Examination", "Examined", "Question", "ask", "examine"]
