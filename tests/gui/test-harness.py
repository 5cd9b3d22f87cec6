# SPDX-License-Identifier: GPL-3.0-or-later
"""The GUI harness's own test: whether what it does to a program arrives there, and whether it sees what is wrong."""

import math
import os
import pathlib
import signal

import a11y_audit
import gui_test
import images
import screenshots
from pages import Page, press, see
from person import Person

SAMPLE = os.path.join(gui_test.BUILD_DIR, 'tests', 'gui', 'sample', 'moked-gui-sample')


class HarnessTest(gui_test.GuiTestCase):
    def setUp(self):
        self.person = self.start(SAMPLE)

    def path(self, name):
        return self.session.path(name)

    def test_typing_and_pressing(self):
        save = self.person.button('שמירה')
        self.assertFalse(save.has('sensitive'))
        self.person.field('שם מלא').focus()
        self.person.type('שלמה אבן-גבירול (ABC) ₪')
        self.person.field('שם מלא').wait_text('שלמה אבן-גבירול (ABC) ₪')
        self.person.key('Tab')
        self.person.type('03-5551234')
        self.person.field('טלפון').wait_text('03-5551234')
        save.click()
        self.person.find('label', 'הלקוח שלמה אבן-גבירול (ABC) ₪ נשמר')
        self.person.wait_heard('נשמר')

    def test_replacing_text(self):
        name = self.person.field('שם מלא')
        name.fill('דנה כהן')
        name.fill('יוסי לוי')

    def test_shortcut_with_hebrew_layout(self):
        self.person.field('שם מלא').fill('דנה')
        self.person.screen.keyboard_layout('il')
        self.addCleanup(self.person.screen.keyboard_layout, 'us')
        self.person.key('ctrl+s')
        self.person.find('label', 'הלקוח דנה נשמר')

    def test_clipboard(self):
        name = self.person.field('שם מלא').fill('דנה כהן')
        self.person.key('ctrl+a', 'ctrl+c')
        self.person.until(lambda: self.person.screen.paste() == 'דנה כהן', 'the copied name on the clipboard')
        self.person.screen.copy('מבחוץ: 12 ₪ \\ 🙂')
        self.person.key('ctrl+v')
        name.wait_text('מבחוץ: 12 ₪ \\ 🙂')

    def test_dialog(self):
        self.person.button('מחיקה…').click()
        dialog = self.person.find(('dialog', 'alert'), 'מחיקת הלקוח?')
        dialog.button('ביטול').click()
        self.person.wait_gone(('dialog', 'alert'))

    def test_window_with_a_parent(self):
        self.person.button('פרטים…').click()
        self.person.find(name='פרטים', role=('frame', 'dialog', 'window')).button('סגירת הפרטים').click()
        self.person.wait_gone(name='פרטים')

    def test_scrolling(self):
        first, last = self.person.find('list item', 'שורה 1'), self.person.find('list item', 'שורה 40')
        self.assertTrue(first.in_view)
        self.assertFalse(last.in_view)
        last.scroll_into_view()
        self.assertFalse(first.in_view)

    def test_pen(self):
        pad = self.person.find('image', 'משטח חתימה')
        blank = self.person.screenshot(self.path('before.png'))
        self.assertTrue(images.is_blank(blank, pad.box))
        x, y, width, height = pad.box
        self.person.screen.click(x + 20, y + 20)
        self.assertEqual('', pad.description, 'a mouse must not draw')
        self.person.draw([(x + width * (0.8 - 0.6 * i / 60), y + height * (0.5 + 0.3 * math.sin(i / 5)),
                           0.1 + 0.8 * math.sin(math.pi * i / 60)) for i in range(61)])
        self.person.until(lambda: 'לחץ מרבי 0.90' in pad.description, lambda: f'pressure; there was {pad.description!r}')
        samples = int(pad.description.split()[0])
        self.assertGreaterEqual(samples, 60, 'no sample may be lost')
        self.assertFalse(images.is_blank(self.person.screenshot(self.path('after.png')), pad.box))

    def test_notification(self):
        self.person.button('תזכורת').click()
        reminder = self.session.notifications.wait_for('דנה כהן')
        self.assertEqual('תזכורת', reminder['summary'])
        self.session.notifications.press(reminder, 'התקשרות')
        self.person.find('label', 'בשיחה עם 050-1234567')

    def test_screenshots(self):
        first = self.person.screenshot(self.path('first.png'))
        self.assertFalse(images.is_blank(first))
        with open(first, 'rb') as one, open(self.person.screenshot(self.path('second.png')), 'rb') as two:
            self.assertEqual(one.read(), two.read())
        self.person.field('שם מלא').fill('שונה')
        self.assertIn('differs', images.compare(first, self.person.screenshot(self.path('third.png'))))

    def test_same_picture_from_another_run(self):
        first = self.person.screenshot(self.path('first.png'))
        self.person.quit()
        again = self.start(SAMPLE).screenshot(self.path('again.png'))
        self.assertIsNone(images.compare(first, again))

    def test_sizes(self):
        self.addCleanup(self.person.screen.resize, *self.person.screen.size)
        for size in ((360, 640), (1600, 900)):
            self.person.resize(*size)
            self.person.screenshot(self.path('size.png'))
            with images.Image.open(self.path('size.png')) as picture:
                self.assertEqual(size, picture.size)
        self.person.resize(800, 600, scale=2)
        self.person.button('תזכורת').click()
        self.session.notifications.wait_for('דנה כהן')

    def test_appearance(self):
        self.addCleanup(self.session.set_appearance)
        light = self.person.screenshot(self.path('light.png'))
        self.session.set_appearance(dark=True)
        self.person.until(lambda: self.brightness('dark.png') < 80, 'a dark window')
        self.session.set_appearance(contrast=True)
        self.person.until(lambda: self.brightness('contrast.png') > 200, 'a light window')
        self.assertIn('differs', images.compare(light, self.path('contrast.png')))

    def brightness(self, name):
        return images.mean_brightness(self.person.screenshot(self.path(name)))

    def test_closing(self):
        self.person.close_window()
        self.assertEqual(0, self.person.wait_ended())

    def test_program_that_dies(self):
        self.person.process.kill()
        with self.assertRaisesRegex(AssertionError, 'the program ended with -9'):
            self.person.button('שמירה')


class ServicesTest(gui_test.GuiTestCase):
    def test_program_that_the_bus_starts(self):
        name = 'io.github.moked_crm.Moked.GuiSample'
        self.session.add_service(name, SAMPLE, '--gapplication-service')
        pid = self.session.get_pid(name)
        self.addCleanup(os.kill, pid, signal.SIGTERM)
        self.session.run('gapplication', 'launch', name)
        Person.meet(self.session, pid).button('תזכורת').click()
        self.session.notifications.wait_for('דנה כהן')

    def test_keyring(self):
        self.session.start_keyring()
        self.session.run('secret-tool', 'store', '--label=סיסמה', 'account', 'דנה', input='סוד')
        self.assertEqual('סוד', self.session.run('secret-tool', 'lookup', 'account', 'דנה'))


class ScreenshotsTest(gui_test.GuiTestCase):
    def test_walk(self):
        pages = (Page('window', (see('list item', 'שורה 1'),)),
                 Page('dialog', (press('מחיקה…'), see(None, 'מחיקת הלקוח?'))))
        self.addCleanup(self.session.set_appearance)
        self.addCleanup(self.session.screen.resize, *self.session.screen.size)
        pictures = [picture for look in screenshots.LOOKS
                    for picture in screenshots.walk(self.session, [SAMPLE], pages, look, self.session.dir)]
        self.assertEqual(['window.png', 'dialog.png', 'window-dark.png', 'dialog-dark.png', 'window-narrow.png',
                          'dialog-narrow.png', 'window-contrast.png', 'dialog-contrast.png'],
                         [os.path.basename(picture) for picture in pictures])
        self.assertEqual(len(pictures), len({pathlib.Path(picture).read_bytes() for picture in pictures}))


class AuditTest(gui_test.GuiTestCase):
    def test_finds_nothing_wrong(self):
        person = self.start(SAMPLE)
        self.assertEqual([], a11y_audit.audit(person, ignore=('Close',)))
        self.assertEqual([], a11y_audit.audit_keyboard(person, ignore=('Close',)))

    def test_finds_what_is_wrong(self):
        findings = '\n'.join(a11y_audit.audit(self.start(SAMPLE, '--broken')))
        self.assertIn('button without a name', findings)
        self.assertIn('“קטן מדי” is', findings)


if __name__ == '__main__':
    gui_test.main()
