# Reads an export with pandas or openpyxl and prints its cells as JSON: what kind each is, and what it says.
import json
import sys

program, path = sys.argv[1:]


def cell(value):
    if value is None:
        return {"kind": "empty", "text": ""}
    if hasattr(value, "isoformat"):
        return {"kind": "time", "text": value.isoformat()[:19]}
    kind = "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else "text"
    return {"kind": kind, "text": str(value)}


if program == "openpyxl":
    import openpyxl

    sheet = openpyxl.load_workbook(path).active
    rows = [[{"kind": "formula", "text": str(c.value)} if c.data_type == "f" else cell(c.value) for c in row] for row in sheet.iter_rows(min_row=2)]
    version = openpyxl.__version__
else:
    import pandas

    if path.endswith(".csv"):
        frame = pandas.read_csv(path, parse_dates=["sent_at_utc"], keep_default_na=False)
    else:
        frame = pandas.read_excel(path, keep_default_na=False)
    rows = [[cell(value.to_pydatetime() if hasattr(value, "to_pydatetime") else value.item() if hasattr(value, "item") else value) for value in row] for row in frame.itertuples(index=False)]
    version = pandas.__version__
json.dump({"version": version, "rows": rows}, sys.stdout)
