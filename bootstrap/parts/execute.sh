# --- notebooks that are executed -----------------------------------------------

# plan_execution FILE EXECUTED [NAME=VALUE...]
# Sets boot_python to one that has nbclient, and for parameters papermill, which brings it; and
# boot_server as plan_notebook does: the image's Jupyter comes first, and is not activated.
plan_execution() {
    boot_executing_package=nbclient
    [ $# -lt 3 ] || boot_executing_package=papermill
    [ -z "$boot_kernel" ] || require_kernelspec
    boot_server=image
    for boot_executing_name in jupyter-execute jupyter; do
        if find_program "$boot_executing_name" "${PATH-}" && find_executing_python; then return 0; fi
        [ -n "$boot_kernel" ] || continue
        if [ -n "$boot_roots" ] && find_program "$boot_executing_name" "${boot_base:+$boot_base/bin:}$boot_conda_root/bin" &&
            find_executing_python; then return 0; fi
    done
    [ -n "$boot_kernel" ] || die 66 "the image has no $boot_executing_package" "take an image that has it, or list dependencies with \"- $boot_executing_package\""
    boot_server=kernel
    for boot_executing_name in jupyter-execute jupyter; do
        if find_program "$boot_executing_name" "$boot_prefix/bin" && find_executing_python; then return 0; fi
    done
    die 66 "neither the image nor kernel \"$boot_kernel\" has $boot_executing_package" \
        "add \"- $boot_executing_package\" to the dependencies, or take an image that has it"
}

# find_executing_python
# Sets boot_python to that of the script boot_found; fails where it has not the package.
find_executing_python() {
    find_script_python && find_module "$boot_executing_package"
}

# The quotes of a shell stand round it, so there are none of the same kind in it.
boot_executing_script='
import json, os, re, sys
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from traitlets.config import Config


class Client(NotebookClient):
    """Shows what cells print, as soon as they do."""

    def output(self, outs, msg, display_id, cell_index):
        if msg["msg_type"] == "stream":
            stream = sys.stderr if msg["content"].get("name") == "stderr" else sys.stdout
            stream.write(msg["content"].get("text", ""))
            stream.flush()
        return super().output(outs, msg, display_id, cell_index)


def fail(code, message, hint):
    sys.stderr.write("submarine: %s\n  %s\n" % (message, hint))
    sys.exit(code)


def read(source):
    try:
        return nbformat.read(source, as_version=4)
    except FileNotFoundError:
        fail(66, "there is no notebook %s" % json.dumps(source), "check the path")
    except Exception as error:
        reason = str(error).split("\n")[0]
        fail(65, "%s is not a notebook: %s" % (json.dumps(source), reason), "save it as .ipynb in Jupyter")


def parsed(text):
    """A number, true, false, null or a list where it is one in JSON or Python, else the text."""
    words = {"True": True, "False": False, "None": None}
    if text in words:
        return words[text]
    try:
        return json.loads(text)
    except ValueError:
        return text


def with_parameters(notebook, values, kernel, language):
    if not values:
        return notebook
    from papermill.parameterize import parameterize_notebook

    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])
    notebook.metadata.setdefault("papermill", {})
    parameters = {name: parsed(value) for name, _, value in (text.partition("=") for text in values)}
    return parameterize_notebook(notebook, parameters, kernel_name=kernel, language=language)


def choose_kernel(notebook):
    """The one that the notebook names, else one of its language, else the default; its name and language."""
    specs = KernelSpecManager().get_all_specs()
    spec = notebook.metadata.get("kernelspec", {})
    wanted = spec.get("name", "")
    language = spec.get("language") or notebook.metadata.get("language_info", {}).get("name", "python")
    languages = {name: one["spec"].get("language", "").lower() for name, one in specs.items()}
    if wanted not in specs:
        same = sorted(name for name in specs if languages[name] == language.lower())
        if not same:
            fail(66, "no kernel runs %s, which the notebook is in" % json.dumps(language), "add one to the dependencies: for Python, ipykernel")
        wanted = "python3" if "python3" in same else same[0]
    return wanted, languages[wanted]


def told(error):
    text = "\n".join(error.get("traceback", [])) or "%s: %s" % (error.get("ename"), error.get("evalue"))
    return text if sys.stderr.isatty() else re.sub(r"\x1b\[[0-9;]*m", "", text)


def show_failure(notebook):
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                sys.stderr.write("%s\nsubmarine: cell %d failed: %s\n" % (told(output), number, output.get("ename")))
                return


source, target, *values = sys.argv[1:]
notebook = read(source)
kernel, language = choose_kernel(notebook)
notebook = with_parameters(notebook, values, kernel, language)
config = Config()
if KernelManager.class_traits().get("transport_encryption"):
    config.KernelManager.transport_encryption = "auto"
folder = os.path.dirname(os.path.abspath(source))
client = Client(notebook, timeout=None, kernel_name=kernel, config=config, resources={"metadata": {"path": folder}})
code = 0
try:
    client.execute()
except CellExecutionError:
    code = 1
except DeadKernelError:
    sys.stderr.write("submarine: the kernel died\n  its output is above\n")
    code = 1
except KeyboardInterrupt:
    code = 130
try:
    nbformat.write(notebook, target)
except OSError as error:
    fail(73, "cannot write %s: %s" % (json.dumps(target), error.strerror), "name another file: --executed FILE")
if code == 1:
    show_failure(notebook)
sys.exit(code)
'
