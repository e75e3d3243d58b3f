"""Step 6: facts and talk out of the calls that may be learned from."""

from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import dump_yaml, write_text
from agent.cloning.grades import Grades
from agent.cloning.made import Made, digest
from agent.cloning.mine.acts.label import label
from agent.cloning.mine.facts import mine_facts
from agent.cloning.mine.material import Material
from agent.cloning.mine.objections import mine_objections
from agent.cloning.mine.picture import flow_svg
from agent.cloning.mine.report import report_text
from agent.cloning.mine.talk import compose_talk, find_all
from agent.cloning.mined import Talk
from agent.cloning.pipeline import Problem, Progress, Report
from agent.cloning.project import Project
from agent.cloning.recorded import Conversation, RecordedCall
from agent.dialogue.graph import GraphError

# With fewer calls than this from trusted people, what most of them do can't be told from chance.
_FEW_CALLS = 10
