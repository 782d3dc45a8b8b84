#!/usr/bin/env bash
# The four kinds of data of a continuous task, by one command that goes on where it stopped:
#
#   experiments/data/collect.sh simple_spread|simple_tag|simple_world|halfcheetah [KIND...]
#
# KIND is random, medium-replay, medium or expert; without one all of them. Each lands in
# data/TASK-KIND (data/halfcheetah/KIND), where the experiments of paper/ look for it:
#
#   random         1 000 000 transitions of uniformly random play
#   medium-replay  what the online run of TASK-matd3.yaml had played when its policy was medium,
#                  97 500, 62 500, 80 000 and 460 000 transitions as published
#   medium         1 000 000 transitions of that policy with exploration noise 0.1
#   expert         the same of the run's best policy
#
# Expected on two quiet cores: a quarter of an hour for a particle task, most of it the online run;
# for halfcheetah see halfcheetah-matd3.yaml. FLAGS are passed to cfcql run, for example
# FLAGS='--workers 1'; TRANSITIONS=10000 makes small data for a trial.
set -eu
cd "$(dirname "$0")/../.."
task=${1:?expected simple_spread, simple_tag, simple_world or halfcheetah}
shift
case $task in
    simple_spread | simple_tag | simple_world)
        environment=mpe/$task
        stem=data/$task-
        ;;
    halfcheetah)
        environment=mamujoco/halfcheetah-2x3
        stem=data/halfcheetah/
        ;;
    *)
        echo "expected simple_spread, simple_tag, simple_world or halfcheetah, found $task" >&2
        exit 2
        ;;
esac
kinds=${*:-random medium-replay medium expert}
transitions=${TRANSITIONS:-1000000}
run=runs/$task-matd3
cell=$run/cells/matd3__${environment//\//-}__online__s0__paper

trained() {
    if [ ! -f "$cell/result.json" ]; then
        # shellcheck disable=SC2086
        ./cfcql run "experiments/data/$task-matd3.yaml" --out "$run" ${FLAGS:-}
    fi
}

policy_of() {
    trained
    if [ ! -f "$cell/policies/$1.safetensors" ]; then
        echo "expected $cell to have reached a $1 policy, it has not; see its evaluations" >&2
        exit 1
    fi
    echo "$cell/policies/$1.safetensors"
}

for kind in $kinds; do
    out=$stem$kind
    if [ ! -f "$out/card.json" ]; then
        case $kind in
            random)
                ./cfcql data collect "$environment" --policy uniform --kind random \
                    --transitions "$transitions" --seed 0 --out "$out"
                ;;
            medium | expert)
                trained >&2
                policy=$(policy_of "$kind")
                ./cfcql data collect "$environment" --policy "$policy" --kind "$kind" --noise 0.1 \
                    --transitions "$transitions" --seed 0 --out "$out"
                ;;
            medium-replay)
                trained >&2
                policy_of medium >/dev/null
                if [ ! -f "$cell/medium-replay/card.json" ]; then
                    echo "expected $cell/medium-replay, found none: its policy was medium before" \
                        "anything was played; raise online.mediumScore" >&2
                    exit 1
                fi
                rm -rf "$out.partial"
                mkdir -p "$(dirname "$out")"
                cp -r "$cell/medium-replay" "$out.partial"
                mv "$out.partial" "$out"
                ;;
            *)
                echo "expected random, medium-replay, medium or expert, found $kind" >&2
                exit 2
                ;;
        esac
    fi
    ./cfcql data verify "$out"
done
