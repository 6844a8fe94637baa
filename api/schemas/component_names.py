"""Names of schemas in the OpenAPI document: they stay when a class gets another name, because generated clients use them."""

from apispec.ext.marshmallow import resolver
from marshmallow import Schema

COMPONENT_NAMES = (
    {"AdherenceSection": "Rhythm", "AffectedObjective": "Touched", "AffectedObjectives": "Touches"}
    | {"BeforeAndAfter": "Turn", "BlockersSection": "Obstacles", "CalibrationBand": "Calibrated"}
    | {"CapacityTotals": "AskedCapacity", "CarryOverSection": "Carried", "CelebrationsSection": "Celebrated"}
    | {"ChangeKindCount": "Kinds", "ChangedCheckIn": "ReportedThen", "CheckInBlocker": "ToldBlocker"}
    | {"ConfidenceOverTime": "OverTime", "CountsSection": "AllCounts", "DayCounts": "KeptOn"}
    | {"DecisionBody": "DecisionMade", "DecisionCount": "Decided", "EntriesSection": "AllEntries"}
    | {"EntryGroup": "EntriesOf", "FindingCodeCounts": "FindingsOf", "FindingSample": "SomeFindings"}
    | {"FindingsSection": "TurnedFindings", "KeyResultProgressChange": "TurnedKeyResult"}
    | {"KeyResultReference": "Titled", "LogPosition": "Place", "ObjectiveProgressChange": "TurnedObjective"}
    | {"OmittedCelebrations": "More", "OmittedDriver": "LeftOut", "OmittedFacts": "LeftOutFacts", "PlanChange": "Moved"}
    | {"PlanChangesSection": "AllMoved", "PolicyWarning": "Warning", "ProgressDriverChoice": "Driven"}
    | {"ProgressSection": "TurnedProgress", "ReportBlocker": "Obstacle", "ReportComment": "Remark"}
    | {"ReportWindow": "Span", "ReportedHealthCounts": "Reported", "Responsibility": "Held"}
    | {"ReviewedFact": "FactLookingBack", "ServingObjective": "Serving", "StatedValue": "Said"}
    | {"UnansweredDependency": "Unanswered", "UncountedCheckIn": "Uncounted", "UncountedCheckIns": "UncountedOnes"}
)


def component_name(schema: type[Schema]) -> str:
    name = resolver(schema)
    return COMPONENT_NAMES.get(name, name)
