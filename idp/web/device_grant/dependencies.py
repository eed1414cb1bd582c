"""What the pages of a device's code are given."""

from msgspec import Struct

from idp.agencies.ports import AgencyReader
from idp.oauth.devices.approval import DeviceApproval
from idp.oauth.devices.entry import DeviceEntry
from idp.web.http.dependencies import WebDependencies


class DeviceDependencies(Struct, frozen=True):
    """Taking a code, deciding what it stands for, and what the agency is called that asks."""

    web: WebDependencies
    approval: DeviceApproval
    entry: DeviceEntry
    agencies: AgencyReader
