import 'react';

declare module 'react' {
  interface CSSProperties {
    /** The hue of a node family, read by `.tile`. */
    '--hue'?: number;
    '--run-height'?: string;
  }
}
