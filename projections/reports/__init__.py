"""Reports as JSON: the retrospective of a cycle, the monthly report and the weekly digest."""
