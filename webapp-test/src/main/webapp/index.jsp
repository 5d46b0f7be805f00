<%@ page contentType="text/html; charset=UTF-8" pageEncoding="UTF-8" trimDirectiveWhitespaces="true" %>
<%@ page import="java.util.List, org.keepsake.webapp.Colours, org.keepsake.webapp.TestPage, org.keepsake.webapp.Visits" %>
<%@ page import="static org.keepsake.webapp.TestPage.escape" %>
<%
    TestPage view = TestPage.visit(request, response);
    List<Visits.Visit> latest = view.latest();
%>
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><%= escape(view.node()) %> &middot; visit <%= view.number() %> &middot; Keepsake</title>
<link rel="icon" href="data:,">
<style nonce="<%= view.nonce() %>">
:root { --page: #f4f5f7; --card: #fff; --line: #dfe2e7; --text: #1a1d21; --soft: #57606a; --link: #0b57d0; }
@media (prefers-color-scheme: dark) {
  :root { --page: #101316; --card: #191d22; --line: #30363d; --text: #e9ecef; --soft: #a0a8b2; --link: #8ab4f8; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
header { color: #fff; padding: 1.25rem 1rem 1.5rem; }
header > div, main { max-width: 54rem; margin: 0 auto; }
header > div { display: flex; flex-wrap: wrap; align-items: end; gap: .25rem 2.5rem; }
h1 { margin: 0; font-size: clamp(3rem, 10vw, 4.75rem); line-height: 1.05; letter-spacing: -.02em; overflow-wrap: anywhere; min-width: 0; }
h1 small { font-size: 1rem; font-weight: 400; letter-spacing: 0; display: block; }
.story { margin: 0; padding-bottom: .5rem; flex: 1 1 20rem; font-size: clamp(1.05rem, 2.6vw, 1.3rem); line-height: 1.4; }
main { padding: 1rem 0; width: calc(100% - 2rem); display: grid; gap: 1rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; min-width: 0; }
h2 { margin: 0 0 .6rem; font-size: .95rem; font-weight: 600; color: var(--soft); }
ol { display: flex; gap: .4rem; list-style: none; margin: 0; padding: 0; }
li { flex: 1 1 0; min-width: 0; max-width: 6rem; text-align: center; }
li b { display: block; color: #fff; border-radius: .4rem; padding: .55rem .15rem; overflow: hidden; text-overflow: ellipsis; }
li:last-child b { box-shadow: 0 0 0 2px var(--card), 0 0 0 4px var(--text); }
li time { font-size: .75rem; color: var(--soft); font-variant-numeric: tabular-nums; display: block; margin-top: .4rem; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 400; color: var(--soft); width: 12rem; padding: .35rem 1rem .35rem 0; vertical-align: top; }
td { padding: .35rem 0; overflow-wrap: anywhere; vertical-align: top; }
tr + tr > * { border-top: 1px solid var(--line); }
code { font: .92em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.try { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
form { display: flex; gap: .5rem; margin: 0; }
input, button, .button { font: inherit; color: var(--text); background: var(--page); border: 1px solid var(--soft); border-radius: .5rem; padding: .45rem .9rem; min-height: 2.75rem; }
input { min-width: 0; width: 11rem; }
button, .button { cursor: pointer; text-decoration: none; display: inline-flex; align-items: center; }
.button { background: var(--text); color: var(--card); border-color: var(--text); font-weight: 600; }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.hint { margin: .9rem 0 0; color: var(--soft); }
.hint code { color: var(--text); user-select: all; }
@media (max-width: 34rem) {
  th { width: 38%; }
  form { width: 100%; } input { flex: 1; }
  li time span { display: none; }
  ol { gap: .3rem; }
}
<% for (int i = 0; i < Colours.palette().size(); i++) { %>
.c<%= i %> { background: <%= Colours.palette().get(i) %>; }
<% } %>
</style>
</head>
<body>
<header class="c<%= Colours.of(view.node()) %>">
  <div>
    <h1><small>Served by node</small><%= escape(view.node()) %></h1>
    <p class="story"><%= escape(view.story()) %></p>
  </div>
</header>
<main>
  <section>
    <h2>Your latest visits, oldest first</h2>
    <ol>
<% for (Visits.Visit visit : latest) { %>
      <li><b class="c<%= Colours.of(visit.node()) %>" title="<%= escape(visit.node()) %>"><%= escape(visit.node()) %></b><time datetime="<%= view.iso(visit.time()) %>"><span><%= view.hour(visit) %>:</span><%= view.minuteAndSecond(visit) %></time></li>
<% } %>
    </ol>
  </section>
  <section>
    <h2>Your session</h2>
    <table>
      <tr><th scope="row">Session ID</th><td><code><%= escape(view.sessionId()) %></code></td></tr>
      <tr><th scope="row">Created on</th><td><time datetime="<%= view.iso(view.createdMillis()) %>"><%= escape(view.created()) %></time> <code>(<%= view.createdMillis() %>)</code></td></tr>
      <tr><th scope="row">Visits in this session</th><td><%= view.number() %></td></tr>
      <tr><th scope="row">Served by</th><td><%= escape(view.node()) %></td></tr>
      <tr><th scope="row">Home store</th><td><%= escape(view.home()) %></td></tr>
      <tr><th scope="row">Attribute <code>san.com</code></th><td><%= escape(view.attribute()) %></td></tr>
    </table>
  </section>
  <section>
    <h2>Try it</h2>
    <div class="try">
      <a class="button" href="./">Reload</a>
      <form method="post" action="attribute">
        <input name="value" maxlength="100" required aria-label="New value of the attribute san.com" placeholder="A new value">
        <button>Set attribute</button>
      </form>
      <form method="post" action="end"><button>End session</button></form>
    </div>
    <p class="hint">End this node with <code>kill -9 <%= view.processId() %></code>, then reload: another node answers, and the visits count on.</p>
  </section>
</main>
</body>
</html>
