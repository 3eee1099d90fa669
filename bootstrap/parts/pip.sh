# --- what pip installs -----------------------------------------------------------

# install_wheels
# A wheel is asked for by its version, so that `pip freeze` names that and no folder of ours.
install_wheels() {
    pip_folder=
    while read_hashed; do
        case $arc_file in *.whl) ;; *) continue ;; esac
        printf 'sha256 %s %s %s\n' "$pip_sum" "$arc_url" "$arc_file" >&3 || return
        [ "$pip_folder" = "${arc_file%/*}" ] || printf -- '--find-links %s\n' "${arc_file%/*}" >&4 || return
        pip_folder=${arc_file%/*}
        pip_version=${arc_file##*/}
        pip_version=${pip_version#*-}
        printf '%s==%s --hash=sha256:%s\n' "$pip_name" "${pip_version%%-*}" "$pip_sum" >&4 || return
    done <"$inst_work/list" 3>"$inst_work/compared" 4>"$inst_work/wheels"
    check_archives "$inst_work/compared" && pip_install "$inst_work/wheels" --no-deps --require-hashes --no-index
}

# install_sources
# What has a hash comes first, since a build of what has none may need it.
install_sources() {
    while read_hashed; do
        case $arc_file in *.whl) continue ;; esac
        printf 'sha256 %s %s %s\n' "$pip_sum" "$arc_url" "$arc_file" >&3 || return
        pip_source=$arc_file
        # Where in the archive it lies is said by an address alone.
        case $pip_url in *'#'*subdirectory=*) pip_source="$pip_name @ file://$arc_file#${pip_url#*#}" ;; esac
        printf '%s --hash=sha256:%s\n' "$pip_source" "$pip_sum" >&4 || return
    done <"$inst_work/list" 3>"$inst_work/compared" 4>"$inst_work/sources"
    sed -n '/ --hash=sha256:/d; s/^pip //p' "$inst_work/list" >"$inst_work/unhashed" || return
    sed -n 's/^pip-open //p' "$inst_work/list" >"$inst_work/open" || return
    sed -n 's/^pip-constraint //p' "$inst_work/list" >"$inst_work/constraints" || return
    sed -n 's/^pip-option //p' "$inst_work/list" >"$inst_work/options" || return
    check_archives "$inst_work/compared" &&
        pip_install "$inst_work/sources" --no-deps --require-hashes --requirement "$inst_work/options" &&
        pip_install "$inst_work/unhashed" --no-deps --requirement "$inst_work/options" &&
        pip_install "$inst_work/open" --constraint "$inst_work/constraints"
}

# read_hashed
# Reads the list on to the next pip line with a hash, which it sets pip_name, pip_url and pip_sum
# to; and arc_url and arc_file.
read_hashed() {
    while read -r pip_kind pip_line || [ -n "$pip_kind" ]; do
        case $pip_kind:$pip_line in pip:*' --hash=sha256:'*) ;; *) continue ;; esac
        pip_sum=${pip_line##*' --hash=sha256:'}
        pip_name=${pip_line%% @ *}
        pip_url=${pip_line#* @ }
        pip_url=${pip_url%% *}
        find_archive pip "$pip_url"
        return 0
    done
    return 1
}

# pip_install FILE [OPTION...]
pip_install() {
    pip_list=$1
    shift
    [ ! -s "$pip_list" ] || run_pip install "$@" --requirement "$pip_list"
}

# run_pip ARG...
# The kernel's own pip, in the activated kernel: what it compiles may need what scripts set.
run_pip() (
    if [ ! -x "$inst_prefix/bin/python" ]; then
        echo 'No module named pip'
        return 1
    fi
    export CONDA_ENVS_DIRS="${inst_prefix%/*}"
    exec /bin/sh "$0" --kernel "${inst_prefix##*/}" -- "$inst_prefix/bin/python" -m pip "$@"
)
