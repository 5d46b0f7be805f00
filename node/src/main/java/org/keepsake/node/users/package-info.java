/** Who may log in: users, their passwords and roles, from a file in the form of Tomcat's {@code tomcat-users.xml}. */
@NullMarked
package org.keepsake.node.users;

import org.jspecify.annotations.NullMarked;
