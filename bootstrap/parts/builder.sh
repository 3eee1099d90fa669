# --- what builds ---------------------------------------------------------------

# find_builder
# Sets builder_program to the first of conda, mamba and micromamba that the image holds.
find_builder() {
    for builder_program in "${MAMBA_EXE-}" "${CONDA_EXE-}"; do
        if [ -n "$builder_program" ] && [ -f "$builder_program" ] && [ -x "$builder_program" ]; then return 0; fi
    done
    builder_paths=${PATH-}
    builder_rest=$boot_roots:
    while [ -n "$builder_rest" ]; do
        builder_paths=$builder_paths:${builder_rest%%:*}/bin
        builder_rest=${builder_rest#*:}
    done
    # micromamba is first because it starts in milliseconds and solves as mamba does.
    for builder_name in micromamba mamba conda; do
        if find_program "$builder_name" "$builder_paths"; then
            builder_program=$boot_found
            return 0
        fi
    done
    return 1
}

# require_builder NAME
require_builder() {
    find_builder || die 65 "kernel \"$1\" is not built yet, and the image holds no conda, mamba or micromamba to build it" \
        'take an image with one of them, or build the kernel once in such an image with the same libc'
}

# prepare_environment
# For the background alone, where what it exports is none of this shell's.
prepare_environment() {
    for builder_name in $boot_build_names; do
        eval "builder_value=\${SUBMARINE_BUILD_$builder_name-}"
        [ -z "$builder_value" ] || export "$builder_name=$builder_value"
    done
    # pip must install into the kernel and see nothing but the kernel.
    unset PYTHONPATH PYTHONHOME PYTHONPYCACHEPREFIX
    unset PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV
    export PYTHONNOUSERSITE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
    export CONDA_ALWAYS_YES=true MAMBA_ALWAYS_YES=true CONDA_REPORT_ERRORS=false
    if [ "${SUBMARINE_OFFLINE-}" = 1 ]; then
        export CONDA_OFFLINE=true MAMBA_OFFLINE=true PIP_NO_INDEX=1 PIP_RETRIES=0
    fi
    # Scripts of packages have no use for them.
    forget_contract
    unset SUBMARINE_INSTALL SUBMARINE_PREFIX SUBMARINE_BUILD SUBMARINE_ARCHIVES SUBMARINE_LOG SUBMARINE_LOCK SUBMARINE_RUN SUBMARINE_KERNEL
}

# write_pieces FILE
# Writes what stands in SUBMARINE_SPEC_1...n.
write_pieces() {
    [ "${SUBMARINE_SPEC_1+set}" ] || die 65 'the specification of the kernel is missing' 'start it with: submarine run'
    builder_piece=1
    while eval "[ \"\${SUBMARINE_SPEC_$builder_piece+set}\" ]"; do
        { eval "printf %s \"\$SUBMARINE_SPEC_$builder_piece\"" >>"$1"; } 2>/dev/null || return 1
        builder_piece=$((builder_piece + 1))
    done
}
