"""Run the tutorial, docs/tutorial.ipynb, and keep what its cells print.

    python scripts/tutorial.py

No notebook server is needed: the cells are run one after the other in this process.
"""

import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

TUTORIAL = Path(__file__).resolve().parents[1] / "docs" / "tutorial.ipynb"


def main() -> None:
    """Run the notebook and write it back with its output."""
    notebook = json.loads(TUTORIAL.read_text(encoding="utf-8"))
    for number, cell in enumerate(run(notebook), start=1):
        print(f"[{number}]", "".join(cell["source"]).partition("\n")[0])
    TUTORIAL.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def run(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Run the cells of code in their order, each with the names of those before.

    What a cell prints becomes its output. Returns these cells; a cell's exception passes.
    """
    names: dict[str, object] = {}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, start=1):
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)  # noqa: S102
        cell["execution_count"] = number
        lines = printed.getvalue().splitlines(keepends=True)
        cell["outputs"] = (
            [{"name": "stdout", "output_type": "stream", "text": lines}] if lines else []
        )
    return cells


if __name__ == "__main__":
    main()
