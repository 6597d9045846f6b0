"""Which texts the model takes, as regular expressions that Python, pydantic's engine and JSON Schema read alike. What
each means in words is in ``validation/pydantic_errors.py``.

Sources: the API references of ECS, ELB, SSM, Secrets Manager and ACM; the distribution project's reference grammar.
"""

from service_catalog import naming

NAME = f"^{naming.NAME_PATTERN}$"
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"

INVISIBLE = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
"""Control characters, and marks that turn the direction of a text around"""
VISIBLE = f"^[^{INVISIBLE}]*$"
NO_NUL = r"^[^\x00]*$"
NO_BLANK = r"^[!-~]*$"
NO_COLON = r"^[^:\x00]+$"

URL_PATH = r"^/[!-~]*$"
IN_A_PATH = r"A-Za-z0-9_.$/~\"'@:+&*?-"
"""What a load balancer takes in a path condition"""
PATH_PATTERN = f"^/[{IN_A_PATH}]*$"
HOST_PATTERN = r"^[A-Za-z0-9*?.-]+$"
HOST_NAME = r"^[A-Za-z0-9.-]+$"
_CODE = "([234][0-9]{2}|[0-9]{1,2})"
"""Of HTTP, or of gRPC"""
ANSWER_CODES = f"^{_CODE}(-{_CODE})?(,{_CODE}(-{_CODE})?)*$"
ADDRESSES = r"^[0-9A-Fa-f.:]+/[0-9]{1,3}$"
TOKEN = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
"""Name of a header or of a cookie"""
HEADER_VALUE = r"^[!-~]+$"
"""Without a space, which ``?`` matches: the lock file separates by it"""
SCOPE = r"^[!-~]+( [!-~]+)*$"
HEADER_TEXT = r"^[ -~]*$"
DOMAIN = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"
HTTPS_ADDRESS = r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!-~]*)?$"
"""Without user and password, which nobody should read in a catalog"""
EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
SLACK_WORKSPACE = r"^T[A-Z0-9]+$"
SLACK_CHANNEL = r"^[CG][A-Z0-9]+$"
TEAMS_CHANNEL = r"^19%3[aA][A-Za-z0-9_=+/.,-]+%40thread\.(tacv2|skype)$"
UUID = r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"
ISSUER = r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!->@-~]*)?$"
"""An address without a query; that it must be HTTPS is a rule of its own"""
ORIGIN = r"^(\*|https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?)$"
CLAIM = r"^[A-Za-z0-9_][A-Za-z0-9_.]*$"
"""What API Gateway reads by name; others only the program finds in the token"""
RATE = r"^[0-9]+ +(minute|minutes|hour|hours|day|days)$"

_STEP = rf"([^{INVISIBLE}.\\]|\\[.\\])+"
LINE_FIELD = rf"^{_STEP}(\.{_STEP})*$"
"""Steps into a JSON object; a dot that belongs to a name has a backslash before it"""

DIRECTORY = r"^/[^\x00-\x1f\x7f]*$"
USER = r"^[^\s:]+(:[^\s:]+)?$"

_LABEL = "[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?"
_REGISTRY = rf"({_LABEL}(\.{_LABEL})+(:[0-9]+)?|{_LABEL}:[0-9]+)"
_PART = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*"
REPOSITORY = f"^({_REGISTRY}/)?{_PART}(/{_PART})*$"
TAG = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"
DIGEST = r"^sha256:[0-9a-f]{64}$"

_WHERE = r"[a-z0-9-]+:\d{12}"
"""Region and account of an ARN"""
PARAMETER = rf"^([A-Za-z0-9_./-]+|arn:aws[a-z-]*:ssm:{_WHERE}:parameter/[A-Za-z0-9_./-]+)$"
SECRET = (
    rf"^([A-Za-z0-9/_+=.@!-]+|arn:aws[a-z-]*:secretsmanager:{_WHERE}:secret:[A-Za-z0-9/_+=.@!-]+-[A-Za-z0-9]{{6}})$"
)
SECRET_VERSION = r"^[A-Za-z0-9-]+$"
KEY = rf"^arn:aws[a-z-]*:kms:{_WHERE}:key/[A-Za-z0-9-]+$"
CERTIFICATE = rf"^arn:aws[a-z-]*:acm:{_WHERE}:certificate/[A-Za-z0-9-]+$"

BUCKET = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
QUEUE = r"^[A-Za-z0-9_-]+(\.fifo)?$"
TABLE = r"^[A-Za-z0-9_.-]{3,255}$"

TOPIC = r"^[A-Za-z0-9_-]{1,256}(\.fifo)?$"
EVENT_BUS = r"^[A-Za-z0-9_./-]+$"
MODEL = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+(:[A-Za-z0-9]+)*$"
ACTION = r"^[a-z0-9-]+:[A-Za-z0-9*?]+$"
RESOURCE = r"^(\*|[a-z0-9-]+:[!-~]+)$"
OPERATOR = r"^(ForAllValues:|ForAnyValue:)?[A-Z][A-Za-z]+$"
CONDITION_KEY = r"^[A-Za-z0-9-]+:[A-Za-z0-9/_.:+=@-]+$"

ZONE = r"^Z[A-Z0-9]{1,31}$"
"""Id of a hosted zone in Route 53"""
VPC = r"^vpc-[0-9a-f]+$"
SUBNET = r"^subnet-[0-9a-f]+$"
NETWORK = r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$"
INSTANCE_TYPE = r"^[a-z]+[0-9]+[a-z0-9-]*\.[a-z0-9-]+$"
INSTANCE_TYPES = r"^[a-z]+([0-9]+[a-z0-9-]*|[a-z0-9-]*\*[a-z0-9*-]*)\.[a-z0-9*-]+$"
ACCOUNT = r"^\d{12}$"
REGION = r"^[a-z]{2}(-[a-z]+)+-\d$"
