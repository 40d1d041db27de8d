"""`report`: figures that executives sign. What is counted is in storage.reports, the formulas in casework.kpi."""
