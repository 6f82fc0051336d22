# SPDX-License-Identifier: MIT
# Completion of hawser for bash. It asks hawser itself, so that plug-ins have theirs too.

# The words of which a row of the help begins: plug-ins, commands, options.
_hawser_rows() {
    "$@" 2>/dev/null | sed -n 's/^  \([a-z-][a-z0-9_-]*\).*/\1/p'
}

_hawser() {
    local hawser=$1 current=$2 before=$3 words=()
    COMPREPLY=()
    if [[ $current == '=' ]]; then # --log-level=: what comes is a word of its own
        current=
    elif [[ $before == '=' ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if ((COMP_CWORD == 1)); then
        if [[ $current == -* ]]; then
            words=(--help --version)
        else
            mapfile -t words < <(_hawser_rows "$hawser" --help | grep -v '^-\|^hawser$')
        fi
        mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$current")
        return
    fi
    case $before in
    --log-level) words=(debug info warning error critical) ;;
    --log-format) words=(text json) ;;
    --listen | --to | --status | connect) words=(tcp: unix: fd: systemd: haproxy:) ;;
    --user) mapfile -t COMPREPLY < <(compgen -u -- "$current") && return ;;
    --group) mapfile -t COMPREPLY < <(compgen -g -- "$current") && return ;;
    --plugin-path) mapfile -t COMPREPLY < <(compgen -d -- "$current") && return ;;
    --log-file | --pidfile | --rules | run)
        mapfile -t COMPREPLY < <(compgen -f -- "$current") && return ;;
    --workers | --drain-timeout | --idle-timeout | --max-* | --command) return ;;
    *) mapfile -t words < <(_hawser_rows "$hawser" "${COMP_WORDS[1]}" --help | grep '^-') ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$current")
    if [[ ${COMPREPLY[0]-} == *: ]]; then # an endpoint goes on
        compopt -o nospace 2>/dev/null
    fi
}

complete -F _hawser hawser
