# --- notebooks -----------------------------------------------------------------

# plan_notebook PROGRAM
# Sets boot_server to where the program of Jupyter was found: `image` (as it stands), a path in the
# image's conda, or `kernel`. Jupyter belongs to the image; only its kernels are activated.
plan_notebook() {
    require_kernelspec
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

# require_kernelspec
# Without one, notebooks would run in the image and not in the kernel.
require_kernelspec() {
    if has_kernelspec || has_ipykernel; then return 0; fi
    boot_notebook_package=ipykernel
    if [ ! -x "$boot_prefix/bin/python" ] && [ -x "$boot_prefix/bin/R" ]; then boot_notebook_package=r-irkernel; fi
    boot_notebook_hint="add \"- $boot_notebook_package\" to its dependencies"
    [ -n "$boot_is_built" ] || boot_notebook_hint="install it there in the image, or list dependencies with \"- $boot_notebook_package\""
    die 65 "kernel \"$boot_kernel\" has no $boot_notebook_package, so no notebook can run in it" "$boot_notebook_hint"
}

has_kernelspec() {
    for boot_notebook_file in "$boot_prefix"/share/jupyter/kernels/*/kernel.json; do
        if [ -f "$boot_notebook_file" ]; then return 0; fi
    done
    return 1
}

has_ipykernel() {
    for boot_notebook_file in "$boot_prefix"/lib/python*/site-packages/ipykernel; do
        if [ -d "$boot_notebook_file" ]; then return 0; fi
    done
    return 1
}

# prepare_server
# Has the server find the kernel's kernelspecs and, before those of the image, our settings.
prepare_server() {
    make_notebook_folder
    boot_notebook_default=
    if [ -n "${SUBMARINE_KERNEL-}" ]; then offer_kernelspecs "$SUBMARINE_NOTEBOOK"; fi
    boot_notebook_settings=
    [ -z "$boot_notebook_default" ] || add_setting MultiKernelManager default_kernel_name "$boot_notebook_default"
    # What an image's settings say of the token would win over the variable. It is made of letters and digits.
    [ -z "${JUPYTER_TOKEN-}" ] || add_setting IdentityProvider token "$JUPYTER_TOKEN"
    ! can_encrypt || add_setting KernelManager transport_encryption auto
    printf '{%s}\n' "$boot_notebook_settings" >"$boot_notebook_folder/jupyter_server_config.json"
    # It asks at each start whether news may be fetched.
    mkdir "$boot_notebook_folder/labconfig"
    printf '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}\n' \
        >"$boot_notebook_folder/labconfig/page_config.json"
    export JUPYTER_CONFIG_PATH="$boot_notebook_folder${JUPYTER_CONFIG_PATH:+:$JUPYTER_CONFIG_PATH}"
}

# add_setting CLASS NAME VALUE
add_setting() {
    boot_notebook_settings="$boot_notebook_settings${boot_notebook_settings:+, }\"$1\": {\"$2\": \"$3\"}"
}

# can_encrypt
# Whether what goes between the server and its kernels can be encrypted; ipykernel warns where it could be
# and is not. Versions that cannot would warn of the setting.
can_encrypt() {
    case $boot_server in
    /*) boot_found=$boot_server ;;
    kernel) boot_found=$boot_prefix/bin/jupyter ;;
    *) find_program jupyter "${PATH-}" || return 1 ;;
    esac
    [ -f "$boot_found" ] && find_script_python && find_module jupyter_client &&
        grep -q '^    transport_encryption:' "$boot_module/manager.py" 2>/dev/null
}

# make_notebook_folder
# Sets boot_notebook_folder to one that stays as long as the container: a server reads it whenever it
# looks for kernels.
make_notebook_folder() {
    boot_notebook_folder=$(mktemp -d "${TMPDIR:-/tmp}/submarine-jupyter.XXXXXX") || die 73 'no temporary folder can be made' \
        'mount one at /tmp: --engine-arg=--tmpfs=/tmp'
}

# offer_kernelspecs TITLE
# Jupyter finds kernels in the folders of JUPYTER_PATH before its own. The one that it calls python3 is
# its default, and the one that most notebooks ask for. Sets boot_notebook_default to that or the first.
offer_kernelspecs() {
    mkdir "$boot_notebook_folder/kernels"
    for boot_notebook_file in "$SUBMARINE_PREFIX"/share/jupyter/kernels/*/kernel.json; do
        [ ! -f "$boot_notebook_file" ] || offer_kernelspec "$boot_notebook_file" "$1"
    done
    boot_notebook_spec=$boot_notebook_folder/kernels/python3
    if [ ! -d "$boot_notebook_spec" ] && [ -x "$SUBMARINE_PREFIX/bin/python" ]; then
        mkdir "$boot_notebook_spec"
        printf '{"argv": [%s, "python", "-m", %s, "-f", "{connection_file}"],\n "display_name": "%s", "language": "python"}\n' \
            "$boot_notebook_entry" "$boot_notebook_ipykernel" "$1" >"$boot_notebook_spec/kernel.json"
    fi
    [ ! -d "$boot_notebook_spec" ] || boot_notebook_default=python3
    export JUPYTER_PATH="$boot_notebook_folder${JUPYTER_PATH:+:$JUPYTER_PATH}"
}

# How a kernelspec begins its command, so that the kernel is activated.
boot_notebook_entry='"/submarine-bootstrap.sh", "--enter", "--"'

# A server that cannot encrypt what goes between it and ipykernel, in the same container, is warned of at
# each start of a kernel.
boot_notebook_ipykernel='"ipykernel_launcher", "--log-level=ERROR"'

# offer_kernelspec FILE TITLE
offer_kernelspec() {
    boot_notebook_dir=${1%/*}
    boot_notebook_name=${boot_notebook_dir##*/}
    read_file "$1"
    case $boot_notebook_name in *[!A-Za-z0-9._-]*) return 0 ;; esac
    case $boot_text in *'"argv"'*'['*) ;; *) return 0 ;; esac
    [ "$boot_notebook_name" != python3 ] || name_kernelspec "$2"
    case $boot_text in
    *'"ipykernel_launcher"'*)
        boot_notebook_rest=${boot_text#*'"ipykernel_launcher"'}
        boot_text=${boot_text%%'"ipykernel_launcher"'*}$boot_notebook_ipykernel$boot_notebook_rest ;;
    esac
    boot_notebook_rest=${boot_text#*'"argv"'}
    boot_notebook_spec=$boot_notebook_folder/kernels/$boot_notebook_name
    mkdir "$boot_notebook_spec"
    ln -s "$boot_notebook_dir"/* "$boot_notebook_spec"
    rm "$boot_notebook_spec/kernel.json"
    printf '%s"argv": [%s, %s\n' "${boot_text%%'"argv"'*}" "$boot_notebook_entry" "${boot_notebook_rest#*[}" \
        >"$boot_notebook_spec/kernel.json"
    : "${boot_notebook_default:=$boot_notebook_name}"
}

# name_kernelspec TITLE
# Replaces the title in boot_text.
name_kernelspec() {
    case $boot_text in *'"display_name"'*) ;; *) return 0 ;; esac
    boot_notebook_before=${boot_text%%'"display_name"'*}
    boot_json=${boot_text#*'"display_name"'}
    trim_json
    case $boot_json in '"'*) ;; *) return 0 ;; esac
    read_json_string
    boot_text="$boot_notebook_before\"display_name\": \"$1\"$boot_json"
}

# offer_to_jupyter PROGRAM
# The image's Jupyter in an activated kernel would start the image's Python, and call it the same; that of
# a kernel runs what of Jupyter is missing there, such as nbconvert, from the image.
offer_to_jupyter() {
    case ${1##*/} in jupyter | jupyter-* | papermill) ;; *) return 0 ;; esac
    if [ -z "${SUBMARINE_PREFIX-}" ] || [ -z "${SUBMARINE_KERNEL-}" ]; then return 0; fi
    make_notebook_folder
    offer_kernelspecs "$SUBMARINE_KERNEL"
}
