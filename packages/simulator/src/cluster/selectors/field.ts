import { badRequest } from '../api-error.ts';
import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject } from '../objects/object.ts';

const common: Readonly<Record<string, (object: KubeObject) => string>> = {
  'metadata.name': (object) => object.metadata.name,
  'metadata.namespace': (object) => object.metadata.namespace ?? '',
};

function unknownField(kind: KindInfo, field: string): Error {
  if (Object.keys(kind.selectable).length > 0) return badRequest(`field label not supported: ${field}`);
  return badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

/** Reads `metadata.name=a,status.phase!=Running`; which fields a kind knows is in the table. Throws 400 for another. */
export function fieldSelector(kind: KindInfo, text: string): ((object: KubeObject) => boolean) | undefined {
  if (text.trim() === '') return undefined;
  const parts = text.split(',').map((part) => {
    const [, field = '', operator = '', value = ''] = /^([^!=]+)(==|=|!=)(.*)$/.exec(part.trim()) ?? [];
    if (field === '') throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const read = common[field] ?? kind.selectable[field];
    if (read === undefined) throw unknownField(kind, field);
    return (object: KubeObject) => (read(object) === value) === (operator !== '!=');
  });
  return (object) => parts.every((part) => part(object));
}
