/** What ends the command with one sentence and the exit code 1. */
export class CommandFailure extends Error {}

/** What was asked for was not understood: exit code 2. */
export class UsageFailure extends CommandFailure {}
