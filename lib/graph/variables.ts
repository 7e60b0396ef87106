import type { Output } from '../native/graph';
import type { GraphBuilder } from './builder';
import { placeholder } from './ops';

/** One float32 resource variable of a graph, with the operations that set and read it. */
export interface Variable {
  readonly name: string;
  readonly shape: number[];
  /** The resource handle. */
  readonly handle: Output;
  /** Its value when a run begins. */
  readonly value: Output;
  /** Feed this and run `assign` to set it. */
  readonly initialValue: Output;
  readonly assign: string;
}

/** Adds a float32 variable, or takes the one of this name; its operations are named `name`, `name/Read`, `name/Assign`. */
export function addVariable(g: GraphBuilder, name: string, shape: number[]): Variable {
  if (g.graph.hasOperation(name)) {
    const [handle, value, initialValue] = [`${name}:0`, `${name}/Read:0`, `${name}/InitialValue:0`];
    return { name, shape, handle, value, initialValue, assign: `${name}/Assign` };
  }
  const handle = g.op('VarHandleOp', [], { dtype: { type: 'float32' }, shape: { shape }, shared_name: name }, { name });
  const initialValue = placeholder(g, 'float32', shape, `${name}/InitialValue`);
  const assign = g.effect(
    'AssignVariableOp',
    [handle, initialValue],
    { dtype: { type: 'float32' } },
    { name: `${name}/Assign` },
  );
  const value = g.op('ReadVariableOp', [handle], { dtype: { type: 'float32' } }, { name: `${name}/Read` });
  return { name, shape, handle, value, initialValue, assign };
}

/** What identifies a variable of a network: its checkpoint path, and its shape. */
export interface VariableKey {
  readonly path: string;
  readonly shape: readonly number[];
}

/** Where a network takes its variables from. */
export interface VariableSource<Key extends VariableKey = VariableKey> {
  get(parameter: Key): Variable;
}

/** The resource variables of one graph, by checkpoint path: the training pass and the inference pass share them. */
export class VariableStore<Key extends VariableKey = VariableKey> implements VariableSource<Key> {
  private readonly byPath = new Map<string, { parameter: Key; variable: Variable }>();

  constructor(private readonly g: GraphBuilder) {}

  /** The variable of this parameter, made at its first use. */
  get(parameter: Key): Variable {
    const existing = this.byPath.get(parameter.path);
    if (existing) return existing.variable;
    const variable = addVariable(this.g, parameter.path, [...parameter.shape]);
    this.byPath.set(parameter.path, { parameter, variable });
    return variable;
  }

  /** All of them, in the order of their making. */
  entries(): { parameter: Key; variable: Variable }[] {
    return [...this.byPath.values()];
  }
}
