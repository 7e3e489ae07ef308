// Runs pytest in Pyodide: node run.mjs SITE ROOT ARGUMENTS…
// SITE has the installed packages, ROOT is the source tree; both are read where they are.
import { loadPyodide } from "pyodide";

const [site, root, ...options] = process.argv.slice(2);
const python = await loadPyodide({ env: { HOME: "/", HYPOTHESIS_PROFILE: "brief" } });
for (const [place, folder] of Object.entries({ "/site": site, "/project": root })) {
  python.FS.mkdirTree(place);
  python.mountNodeFS(place, folder);
}
python.globals.set("options", python.toPy(options));
process.exitCode = python.runPython(`
import os
import sys

os.chdir("/project")
sys.dont_write_bytecode = True
# The package to test is the installed one; the tree comes last.
sys.path[:] = ["/site", *sys.path, "/project"]

import pytest

print("Python", sys.version.split()[0], "on", sys.platform)
int(pytest.main(["-p", "wasm.plugin", *options]))
`);
