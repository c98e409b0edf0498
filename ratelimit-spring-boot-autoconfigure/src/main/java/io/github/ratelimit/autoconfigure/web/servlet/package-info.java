/**
 * Auto-configuration of limits on HTTP requests in a servlet application.
 */
@NullMarked
package io.github.ratelimit.autoconfigure.web.servlet;

import org.jspecify.annotations.NullMarked;
