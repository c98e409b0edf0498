/**
 * Limits on HTTP requests in a servlet application: the filter, and the answer to a
 * refused request.
 */
@NullMarked
package io.github.ratelimit.web.servlet;

import org.jspecify.annotations.NullMarked;
