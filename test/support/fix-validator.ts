import { Dictionary, loadTable, MessageValidator, type TableVersion } from 'fix-parser';

/** A validator with every check on. @param session version of header and session messages, where it is another one */
export async function validatorOf(application: TableVersion, session = application): Promise<MessageValidator> {
  const [sessionTable, applicationTable] = await Promise.all([loadTable(session), loadTable(application)]);
  const dictionary = new Dictionary(sessionTable);
  return new MessageValidator(dictionary, session === application ? dictionary : new Dictionary(applicationTable));
}
