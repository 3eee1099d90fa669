# --- what pip installs ---------------------------------------------------------

# provide_wheels
# Sees to it that each archive that pip installs by its hash lies in /submarine/wheels, in a
# folder that has the hash as its name.
provide_wheels() {
    boot_absent=
    while read -r boot_sum boot_line; do
        if has_file "/submarine/wheels/$boot_sum"; then continue; fi
        boot_url=${boot_line#* @ }
        boot_url=${boot_url%% *}
        boot_absent="${boot_absent}submarine: missing: ${boot_url##*/}$boot_newline"
        printf '%s\n' "$boot_line" >&3 || return
    done <"$boot_work/hashed" 3>"$boot_work/fetch"
    [ -n "$boot_absent" ] || return 0
    if [ "${SUBMARINE_OFFLINE-}" = 1 ]; then
        printf '%s' "$boot_absent"
        return 1
    fi
    boot_folder=/submarine/wheels/.new-$boot_packages
    run_pip download --no-deps --require-hashes --dest "$boot_folder" \
        --requirement "$boot_work/options" --requirement "$boot_work/fetch" || return
    sha256sum "$boot_folder"/* >"$boot_work/found" || return
    while read -r boot_sum boot_name; do
        mkdir -p "/submarine/wheels/$boot_sum" && mv "$boot_name" "/submarine/wheels/$boot_sum" || return
    done <"$boot_work/found"
    rm -rf "$boot_folder"
}

# has_file FOLDER
# Sets boot_found to the first file in FOLDER.
has_file() {
    for boot_found in "$1"/*; do
        if [ -f "$boot_found" ]; then return 0; fi
    done
    return 1
}

# install_requirements
# A wheel is asked for by its version, so that `pip freeze` names that and no folder of ours.
install_requirements() {
    while read -r boot_sum boot_line; do
        has_file "/submarine/wheels/$boot_sum" || return
        boot_version=${boot_found##*/}
        boot_version=${boot_version#*-}
        case $boot_found in
        *.whl) printf -- '--find-links %s\n%s==%s --hash=sha256:%s\n' "${boot_found%/*}" \
            "${boot_line%% @ *}" "${boot_version%%-*}" "$boot_sum" >&3 ;;
        *) printf '%s --hash=sha256:%s\n' "$boot_found" "$boot_sum" >&4 ;;
        esac || return
    done <"$boot_work/hashed" 3>"$boot_work/wheels" 4>"$boot_work/sources"
    pip_install "$boot_work/wheels" --no-deps --require-hashes --no-index &&
        pip_install "$boot_work/sources" --no-deps --require-hashes --requirement "$boot_work/options" &&
        pip_install "$boot_work/unhashed" --no-deps --requirement "$boot_work/options" &&
        pip_install "$boot_work/open"
}

# pip_install FILE [OPTION...]
pip_install() {
    boot_list=$1
    shift
    [ ! -s "$boot_list" ] || run_pip install "$@" --requirement "$boot_list"
}

# run_pip ARG...
# The kernel's own pip, in the activated kernel: what it compiles may need what scripts set.
run_pip() (
    if [ ! -x "$boot_prefix/bin/python" ]; then
        echo 'No module named pip'
        return 1
    fi
    forget_contract
    unset SUBMARINE_RUN
    export CONDA_ENVS_DIRS="${boot_prefix%/*}"
    exec /bin/sh "$0" --kernel "$boot_id" -- "$boot_prefix/bin/python" -m pip "$@"
)
