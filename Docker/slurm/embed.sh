#!/usr/bin/env bash
# Encodes a list of volumes on many nodes into one archive in PostgreSQL:
#
#   export BRGSA_STORE=postgresql://brgsa@db1,db2,db3/brgsa
#   sbatch --array=0-49 Docker/slurm/embed.sh /shared/list.txt
#
# The list has one .nii or .nii.gz file a line, on a file system that all nodes have. Task i of n takes the lines i, i +
# n, i + 2n …. A file that is already stored is not encoded again, so a task that was stopped may run again, also with
# another number of tasks. The password is in ~/.pgpass on the nodes; it is not on any command line.
#SBATCH --job-name=brgsa-embed
#SBATCH --cpus-per-task=8
#SBATCH --mem=6G
#SBATCH --time=12:00:00
#SBATCH --requeue
#SBATCH --output=brgsa-embed-%A_%a.out
set -euo pipefail

list=${1:?names a file with one volume a line}
: "${BRGSA_STORE:?is the address of the archive, postgresql://…}"
program=${BRGSA:-brgsa}
count=${SLURM_ARRAY_TASK_COUNT:-1}
place=$((${SLURM_ARRAY_TASK_ID:-0} - ${SLURM_ARRAY_TASK_MIN:-0}))

# 500 files a process, so that a file that ends the process costs little. xargs ends with 123 if a file failed.
awk -v count="$count" -v place="$place" 'NF && (NR - 1) % count == place' "$list" |
  xargs --no-run-if-empty --delimiter='\n' --max-args=500 \
    "$program" embed --threads "${SLURM_CPUS_PER_TASK:-1}"
