import { DatasetError } from '../../../../../lib/base/errors';
import { listFolder } from '../support/list-folder';

const { write, videos, read, rows, broken } = listFolder();

function lists(): void {
  write('splits/brush_hair_test_split1.txt', [
    'April_09_brush_hair_u_nm_np1_ba_goo_0.avi 1 ',
    'Other_brush_hair_f_cm_np2.avi 0 ',
  ]);
  write('splits/clap_test_split1.txt', ['#20_Rhythm_clap_u_nm_np1_fr_goo_0.avi 2 ', 'Two (1)_clap_u.avi 1 ']);
  write('splits/clap_test_split2.txt', ['#20_Rhythm_clap_u_nm_np1_fr_goo_0.avi 1 ']);
}

it('reads the lists of all classes for a fold, whose names may begin with #', async () => {
  lists();
  videos(
    'hmdb51/brush_hair/April_09_brush_hair_u_nm_np1_ba_goo_0.avi',
    'hmdb51/clap/#20_Rhythm_clap_u_nm_np1_fr_goo_0.avi',
  );
  videos('hmdb51/Two (1)_clap_u.avi');
  const expected = [
    'brush_hair/April_09_brush_hair_u_nm_np1_ba_goo_0.avi brush_hair train (April_09)',
    'clap/#20_Rhythm_clap_u_nm_np1_fr_goo_0.avi clap test (#20_Rhythm)',
    'Two (1)_clap_u.avi clap train (Two (1))',
  ];
  await expect(rows('splits')).resolves.toEqual(expected);
  await expect(rows('splits/clap_test_split1.txt')).resolves.toEqual(expected);
  await expect(broken('splits')).resolves.toEqual([]);
  expect((await read('splits')).notes[0]).toBe('1 clip left out, for neither training nor test in fold 1');
  await expect(read('splits', { fold: 2 })).rejects.toThrow(/clips of one class, "clap"/);
});

it('names rows that are none, and a fold without lists', async () => {
  lists();
  videos('brush_hair/April_09_brush_hair_u_nm_np1_ba_goo_0.avi', 'clap/Two (1)_clap_u.avi');
  write('splits/clap_test_split1.txt', ['Two (1)_clap_u.avi 1', 'b.avi 3', 'c.avi']);
  await expect(broken('splits')).resolves.toEqual([
    'splits/clap_test_split1.txt:2: it is "b.avi 3", and `name.avi 1` is expected (1 train, 2 test, 0 neither)',
    'splits/clap_test_split1.txt:3: it is "c.avi", and `name.avi 1` is expected (1 train, 2 test, 0 neither)',
  ]);
  await expect(read('splits', { fold: 3 })).rejects.toThrow(DatasetError);
  await expect(read('splits', { fold: 3 })).rejects.toThrow(/has no list of fold 3, such as/);
});
