"""Every repair that is proven, by area."""

from __future__ import annotations

from tests.lab.repairs.arguments import ARGUMENTS
from tests.lab.repairs.config import CONFIG
from tests.lab.repairs.containers import CONTAINERS
from tests.lab.repairs.deployment import DEPLOYMENT
from tests.lab.repairs.files import FILES
from tests.lab.repairs.logs import LOGS

REPAIRS = [*FILES, *CONFIG, *ARGUMENTS, *LOGS, *CONTAINERS, *DEPLOYMENT]
