import { Stack } from "@mantine/core";

import { ProblemAlert } from "@/components/ProblemAlert";
import type { ApiProblem } from "@/lib/problem";

import { Samples } from "./Samples";

/** Why nobody was enrolled, and which of the pictures were to blame. */
export function Rejection({ problem }: { problem: ApiProblem }) {
  const samples = problem.sampleReasons.map((reason) => ({
    accepted: reason === null,
    quality_score: null,
    reason,
    message: null,
  }));
  return (
    <Stack gap="xs">
      <ProblemAlert problem={problem} />
      {samples.length > 0 && <Samples samples={samples} />}
    </Stack>
  );
}
