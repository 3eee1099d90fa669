# --- a notebook ----------------------------------------------------------------

# plan_notebook COMMAND
# Sets boot_server to where Jupyter was found: `image` (as it stands), a path in the image's
# conda, or `kernel`. A server belongs to the image; only its kernels are activated.
plan_notebook() {
    if ! has_ipykernel; then
        boot_notebook_hint='add "- ipykernel" to its dependencies'
        [ -n "$boot_is_built" ] || boot_notebook_hint='install it there in the image, or list dependencies with "- ipykernel"'
        die 65 "kernel \"$boot_kernel\" has no ipykernel, so no notebook can run in it" "$boot_notebook_hint"
    fi
    case $1 in
    */*) boot_server=image ;;
    *)
        if find_program "$1" "${PATH-}"; then
            boot_server=image
        elif [ -n "$boot_roots" ] && find_program "$1" "${boot_base:+$boot_base/bin:}$boot_conda_root/bin"; then
            boot_server=$boot_found
        elif find_program "$1" "$boot_prefix/bin"; then
            boot_server=kernel
        else
            die 66 "neither the image nor kernel \"$boot_kernel\" has $1" \
                'add "- jupyterlab" to the dependencies, or take an image with JupyterLab'
        fi ;;
    esac
}

has_ipykernel() {
    for boot_notebook_folder in "$boot_prefix"/lib/python*/site-packages/ipykernel; do
        if [ -d "$boot_notebook_folder" ]; then return 0; fi
    done
    return 1
}

# offer_kernel
# Jupyter finds kernels in the folders of JUPYTER_PATH before its own. The kernel goes by the
# name of Jupyter's own Python kernel, which is the default and which most notebooks ask for.
# The folder stays as long as the container: the server reads it whenever it looks for kernels.
offer_kernel() {
    boot_notebook_folder=$(mktemp -d "${TMPDIR:-/tmp}/submarine-jupyter.XXXXXX") || die 73 'no temporary folder can be made' \
        'mount one at /tmp: --engine-arg=--tmpfs=/tmp'
    mkdir -p "$boot_notebook_folder/kernels/python3"
    printf '%s\n' "$SUBMARINE_KERNELSPEC" >"$boot_notebook_folder/kernels/python3/kernel.json"
    export JUPYTER_PATH="$boot_notebook_folder${JUPYTER_PATH:+:$JUPYTER_PATH}"
}
