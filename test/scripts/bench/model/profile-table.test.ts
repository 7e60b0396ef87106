import { formatProfile } from '../../../../scripts/bench/model/profile-table';

it('shows each type of operation with its share, the rest in one line, and all of them', () => {
  const operations = [
    { type: 'Conv2D', seconds: 0.003, count: 40 },
    { type: 'Add', seconds: 0.000995, count: 20 },
    { type: 'Const', seconds: 0.000003, count: 7 },
    { type: 'Shape', seconds: 0.000002, count: 1 },
  ];
  expect(formatProfile({ name: 'Forward/a0', operations }).split('\n')).toEqual([
    'Forward/a0',
    'operation              share     time  count',
    'Conv2D                75.0 %  3.00 ms     40',
    'Add                   24.9 %   995 µs     20',
    '2 other types          0.1 %  5.00 µs      8',
    'all, of all threads  100.0 %  4.00 ms     68',
  ]);
});
