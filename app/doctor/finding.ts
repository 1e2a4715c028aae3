/** Makes findings: a check says its name, its title and why it matters once, then what it has found. */
import type { DoctorFinding, DoctorMend, DoctorVerdict } from '../../report/doctor-result.ts';

export interface Findings {
  ok(found: string): DoctorFinding;
  improve(found: string, mend?: DoctorMend): DoctorFinding;
  missing(found: string, mend?: DoctorMend): DoctorFinding;
  /** It could not be looked at. */
  unknown(found: string, mend?: DoctorMend): DoctorFinding;
}

export function findings(check: string, title: string, why: string, of: string | null = null): Findings {
  const finding =
    (verdict: DoctorVerdict) =>
    (found: string, mend: DoctorMend | null = null): DoctorFinding => ({
      check,
      title,
      interface: of,
      verdict,
      found,
      why,
      mend,
    });
  return {
    ok: finding('ok'),
    improve: finding('improve'),
    missing: finding('missing'),
    unknown: finding('unknown'),
  };
}
