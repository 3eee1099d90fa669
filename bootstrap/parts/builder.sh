# --- what builds ---------------------------------------------------------------

# find_builder
# Sets boot_builder to the first of conda, mamba and micromamba that the image holds.
find_builder() {
    for boot_builder in "${MAMBA_EXE-}" "${CONDA_EXE-}"; do
        if [ -n "$boot_builder" ] && [ -f "$boot_builder" ] && [ -x "$boot_builder" ]; then return 0; fi
    done
    boot_builder_paths=${PATH-}
    boot_rest_roots=$boot_roots:
    while [ -n "$boot_rest_roots" ]; do
        boot_builder_paths=$boot_builder_paths:${boot_rest_roots%%:*}/bin
        boot_rest_roots=${boot_rest_roots#*:}
    done
    # micromamba is first because it starts in milliseconds and solves as mamba does.
    for boot_name in micromamba mamba conda; do
        if find_program "$boot_name" "$boot_builder_paths"; then
            boot_builder=$boot_found
            return 0
        fi
    done
    return 1
}

# run_builder
# For the background alone, where what it exports and closes is none of the command's.
run_builder() {
    exec 8<&- 9<&- </dev/null >"$boot_log" 2>&1
    for boot_name in $boot_build_names; do
        eval "boot_value=\${SUBMARINE_BUILD_$boot_name-}"
        [ -z "$boot_value" ] || export "$boot_name=$boot_value"
    done
    # pip must install into the kernel and see nothing but the kernel.
    unset PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV
    export PYTHONNOUSERSITE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CACHE_DIR=/submarine/pip
    export CONDA_PKGS_DIRS="/submarine/pkgs/$boot_packages"
    # As root, busybox takes a folder on a read-only file system for writable. (`:` would do as
    # well as printf, were a failed redirection of a special builtin not the end of the shell.)
    { printf '' >"$HOME/.submarine-$$" && rm "$HOME/.submarine-$$"; } 2>/dev/null || export HOME="${TMPDIR:-/tmp}"
    export CONDA_ALWAYS_YES=true MAMBA_ALWAYS_YES=true CONDA_REPORT_ERRORS=false
    if [ "${SUBMARINE_OFFLINE-}" = 1 ]; then cut_network; fi
    case ${boot_file##*.}:${boot_builder##*/} in
    lock:*) install_lock ;;
    *:micromamba*) exec "$boot_builder" create --yes --prefix "$boot_prefix" --file "$boot_file" ;;
    *) exec "$boot_builder" env create --prefix "$boot_prefix" --file "$boot_file" ;;
    esac
}

# cut_network
# conda and pip can be told; what goes to an address all the same, as pip does for a line
# that is one, finds a proxy that is not there.
cut_network() {
    export CONDA_OFFLINE=true MAMBA_OFFLINE=true PIP_NO_INDEX=1 PIP_RETRIES=0 GIT_ALLOW_PROTOCOL=file
    for boot_name in HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy; do
        export "$boot_name=http://127.0.0.1:9"
    done
    unset NO_PROXY no_proxy
    {
        printf '[global]\nfind-links =\n'
        for boot_name in /submarine/wheels/*/; do printf '    %s\n' "$boot_name"; done
    } >"$boot_work/pip.conf"
    export PIP_CONFIG_FILE="$boot_work/pip.conf"
}
