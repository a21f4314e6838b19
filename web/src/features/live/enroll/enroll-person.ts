import { type ApiProblem, asProblem } from "@/lib/problem";

import { type Enrollment, enroll } from "../api/enroll";
import { putDepartment } from "../api/put-department";
import { putProfile } from "../api/put-profile";

/** As it was typed; what is empty is not known. */
export interface Person {
  readonly userId: string;
  readonly purpose: string;
  readonly name: string;
  readonly role: string;
  readonly department: string;
}

export const NOBODY: Person = { userId: "", purpose: "", name: "", role: "", department: "" };

export interface Enrolled {
  readonly enrollment: Enrollment;
  /** Why the person is enrolled without their name, role or department; null if it was saved. */
  readonly problem: ApiProblem | null;
}

/** Enroll a person, and then note what else is known: a face that is refused leaves nothing. */
export async function enrollPerson(person: Person, photos: readonly Blob[]): Promise<Enrolled> {
  const userId = person.userId.trim();
  const enrollment = await enroll(userId, photos, person.purpose.trim());
  try {
    await putDetails(userId, person);
    return { enrollment, problem: null };
  } catch (error) {
    return { enrollment, problem: asProblem(error) };
  }
}

async function putDetails(userId: string, person: Person): Promise<void> {
  const name = person.name.trim() || null;
  const role = person.role.trim() || null;
  const department = person.department.trim();
  if (name !== null || role !== null) await putProfile(userId, { name, role });
  if (department !== "") await putDepartment(userId, department);
}
