/** What the shop on the demo page sells; the same things its assistant knows about. */
export interface Product {
  name: string;
  kind: string;
  price: string;
  note: string;
  /** The drawing, as a path on a 120 × 90 grid, and its colour. */
  drawing: string;
  color: string;
}

export const PRODUCTS: Product[] = [
  {
    name: 'Fjell 2',
    kind: 'Tent for two',
    price: '€449',
    note: 'Stands in winds that keep others at home.',
    drawing: 'M10 74 60 16l50 58H72L60 46 48 74Z',
    color: '#c8553d',
  },
  {
    name: 'Storm Shell',
    kind: 'Rain jacket',
    price: '€289',
    note: 'Three layers, recycled, free of PFC.',
    drawing: 'M46 14c4 8 24 8 28 0l18 8 8 30-14 4-4-14v38H38V42l-4 14-14-4 8-30Z',
    color: '#2d6a8e',
  },
  {
    name: 'Ridge',
    kind: 'Hiking boots',
    price: '€219',
    note: 'Leather, and soles we can replace.',
    drawing: 'M34 14h26l2 30c10 8 34 8 38 22v12H32c-4-20 4-42 2-64Z',
    color: '#8a5a2b',
  },
  {
    name: 'Tjäle 700',
    kind: 'Sleeping bag, three seasons',
    price: '€329',
    note: 'Warm to 0 °C, with 400 g to spare.',
    drawing: 'M60 10c16 0 24 12 24 26 0 18-6 34-10 44H46c-4-10-10-26-10-44 0-14 8-26 24-26Z',
    color: '#3f7d58',
  },
];
