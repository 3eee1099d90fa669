/**
 * What `submarine __complete` prints is a line for each candidate, its value and behind a tab its description, and last a
 * line with `:` and whether the shell is to offer files or folders itself. No shell evaluates any of it.
 */
const BASH = String.raw`# bash completion of submarine
_submarine() {
    local line=${'$'}{COMP_LINE:0:COMP_POINT} words current answer directive value prefix
    # bash itself takes a word with = or : for several.
    read -ra words <<<"$line"
    case $line in *[[:space:]]) words+=('') ;; esac
    current=${'$'}{words[-1]}
    COMPREPLY=()
    mapfile -t answer < <(submarine __complete -- "${'$'}{words[@]:1}" 2>/dev/null)
    [ ${'$'}{#answer[@]} -gt 0 ] || return 0
    directive=${'$'}{answer[-1]}
    unset 'answer[-1]'
    prefix=
    case $COMP_WORDBREAKS in *[=:]*)
        case $current in *[=:]*) prefix=${'$'}{current%"${'$'}{current##*[=:]}"} ;; esac ;;
    esac
    for value in "${'$'}{answer[@]}"; do
        value=${'$'}{value%%$'\t'*}
        [[ $value != "$current"* ]] || COMPREPLY+=("${'$'}{value#"$prefix"}")
    done
    case $directive in
    :file) compopt -o filenames; mapfile -t -O ${'$'}{#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "${'$'}{current##*=}") ;;
    :folder) compopt -o filenames; mapfile -t -O ${'$'}{#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "${'$'}{current##*=}") ;;
    esac
    # More is typed behind what ends in =.
    case ${'$'}{COMPREPLY[*]} in *=) compopt -o nospace ;; esac
}
complete -F _submarine submarine
`;

const ZSH = String.raw`#compdef submarine
# zsh completion of submarine
_submarine() {
    local -a answer described
    local one value
    answer=("${'$'}{(@f)$(submarine __complete -- "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)}")
    (( ${'$'}#answer )) || return 1
    for one in "${'$'}{(@)answer[1,-2]}"; do
        value=${'$'}{one%%$'\t'*}
        # _describe takes what stands behind the first : for the description.
        described+=("${'$'}{value//:/\\:}:${'$'}{one#*$'\t'}")
    done
    (( ${'$'}#described )) && _describe -V submarine described
    case $answer[-1] in
    :file) [[ $PREFIX == --*=* ]] && compset -P '*='; _files ;;
    :folder) [[ $PREFIX == --*=* ]] && compset -P '*='; _files -/ ;;
    esac
}
compdef _submarine submarine
`;

const FISH = String.raw`# fish completion of submarine
function __submarine_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (submarine __complete -- $words[2..-1] "$current" 2>/dev/null)
    test (count $answer) -gt 0; or return
    set -l before ""
    set -l typed "$current"
    if string match -qr '^--[^=]+=' -- "$current"
        set before (string replace -r '=.*$' '=' -- "$current")
        set typed (string replace -r '^[^=]*=' '' -- "$current")
    end
    test (count $answer) -gt 1; and printf '%s\n' $answer[1..-2]
    switch $answer[-1]
        case ':file'
            for path in (__fish_complete_path "$typed")
                printf '%s%s\n' "$before" "$path"
            end
        case ':folder'
            for path in (__fish_complete_directories "$typed")
                printf '%s%s\n' "$before" "$path"
            end
    end
end
complete -c submarine -f -a '(__submarine_complete)'
`;

/** By the name of the shell. */
export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
