// What people type to break a page, and what people type whose language is not English.

/** Markup that would run a script if it were not escaped where it is shown: text, attribute, URL, style, textarea, title, JSON. */
export const MARKUP = [
  '<script>alert(1)</script>',
  '<ScRiPt>alert(1)</sCrIpT>',
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<img src=x onerror="alert`1`">',
  '<svg onload=alert(1)>',
  '<svg/onload=alert(1)//',
  '<svg><script>alert(1)</script></svg>',
  '<body onload=alert(1)>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<details open ontoggle=alert(1)>',
  '<input autofocus onfocus=alert(1)>',
  '<video><source onerror=alert(1)></video>',
  '<math><mtext><script>alert(1)</script></mtext></math>',
  '<style>@import "javascript:alert(1)";</style>',
  '<link rel=stylesheet href="javascript:alert(1)">',
  '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
  '<form action="javascript:alert(1)"><button>x</button></form>',
  '" onmouseover="alert(1)" autofocus onfocus="alert(1)',
  "' onfocus='alert(1)' autofocus='",
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '</textarea><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '</option></select><script>alert(1)</script>',
  '<!--<script>alert(1)//-->',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '{{constructor.constructor("alert(1)")()}} ${alert(1)}',
  'javascript:alert(1)',
  '\\"};alert(1);//',
];

/** Text that must come back as it was typed. */
export const TEXTS = ['👩‍👩‍👧‍👦 🇻🇳 ✓', 'Công ty Cổ phần Đường Quảng Ngãi', 'عربى English עברית', '株式会社サトウ', 'a\u0301\u0323 ‮txet', '%00 %2e%2e/ \\ \'; DROP TABLE companies; --', '  inner   spaces'];
