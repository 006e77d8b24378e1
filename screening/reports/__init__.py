"""What leaves the service on paper or as a file: the page a patient brings along, the summary for the chart,
exports.

`printing.py` sets type; the other modules say what stands on each page, as plain data.
"""
