# --- the JSON that conda writes ------------------------------------------------

# set_file_variables FILE
# FILE is JSON that conda wrote: an object of variables, or one that has it as "env_vars".
set_file_variables() {
    read_file "$1"
    boot_json=$boot_text
    case $boot_json in *'"env_vars"'*) boot_json=${boot_json#*'"env_vars"'} ;; esac
    boot_json=${boot_json#*'{'}
    while :; do
        trim_json
        case $boot_json in '"'*) ;; *) return 0 ;; esac
        read_json_string
        boot_json_name=$boot_json_value
        trim_json
        case $boot_json in
        '"'*) read_json_string ;;
        *)
            boot_json_value=${boot_json%%[,\}]*}
            boot_json=${boot_json#"$boot_json_value"} ;;
        esac
        set_variable "$boot_json_name" "$boot_json_value"
    done
}

# trim_json
# Drops what stands between two strings of an object.
trim_json() {
    while :; do
        case $boot_json in [,:\ ]* | "$boot_newline"*) boot_json=${boot_json#?} ;; *) return 0 ;; esac
    done
}

# read_json_string
# Takes a string off the front of boot_json and sets boot_json_value to what it says.
read_json_string() {
    boot_json=${boot_json#?}
    boot_json_value=
    while :; do
        boot_json_part=${boot_json%%[\"\\]*}
        boot_json_value=$boot_json_value$boot_json_part
        boot_json=${boot_json#"$boot_json_part"}
        case $boot_json in '' | '"'*) break ;; esac
        read_json_escape
    done
    boot_json=${boot_json#?}
}

# conda escapes nothing beyond ASCII, so \u stands for a control character.
read_json_escape() {
    boot_json_after=${boot_json#??}
    case $boot_json in
    \\u*)
        boot_json_after=${boot_json#??????}
        boot_json_part=${boot_json%"$boot_json_after"}
        boot_json_part=$(printf '%03o' "0x${boot_json_part#??}")
        # The format is made of three octal digits.
        # shellcheck disable=SC2059
        boot_json_value=$boot_json_value$(printf "\\$boot_json_part") ;;
    \\n*) boot_json_value=$boot_json_value$boot_newline ;;
    \\t*) boot_json_value="$boot_json_value	" ;;
    *) boot_json_part=${boot_json%"$boot_json_after"} boot_json_value=$boot_json_value${boot_json_part#?} ;;
    esac
    boot_json=$boot_json_after
}
