import { forgetGroup } from "./api/forget-group";
import { putGroup } from "./api/put-group";
import { putProfile } from "./api/put-profile";

const DEPARTMENT = "department";

interface Profile {
  readonly name: string;
  readonly role: string;
  readonly department: string;
}

/** Note what changed: the department is a group, and kept elsewhere than name and role. */
export async function saveProfile(
  before: { user_id: string; name: string | null; role: string | null; department: string | null },
  { name, role, department }: Profile,
): Promise<void> {
  const { user_id: userId } = before;
  if (name.trim() !== (before.name ?? "") || role.trim() !== (before.role ?? "")) {
    await putProfile(userId, { name, role });
  }
  const group = department.trim();
  if (group === (before.department ?? "")) return;
  await (group === "" ? forgetGroup(userId, DEPARTMENT) : putGroup(userId, DEPARTMENT, group));
}
