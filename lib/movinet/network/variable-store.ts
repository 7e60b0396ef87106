import type { GraphBuilder } from '../../graph/builder';
import { addVariable, type Variable } from '../../graph/variables';
import type { Parameter } from '../architecture';

/** The resource variables of one graph, by checkpoint path: the training pass and the inference pass share them. */
export class VariableStore {
  private readonly byPath = new Map<string, { parameter: Parameter; variable: Variable }>();

  constructor(private readonly g: GraphBuilder) {}

  /** The variable of this parameter, made at its first use. */
  get(parameter: Parameter): Variable {
    const existing = this.byPath.get(parameter.path);
    if (existing) return existing.variable;
    const variable = addVariable(this.g, parameter.path, [...parameter.shape]);
    this.byPath.set(parameter.path, { parameter, variable });
    return variable;
  }

  /** All of them, in the order of their making. */
  entries(): { parameter: Parameter; variable: Variable }[] {
    return [...this.byPath.values()];
  }
}
