/** What the whole desk begins with, in this order; each script is a scope of its own. */

import "./avatar.js";
import "./choices.js";
import "./deals_of.js";
import "./desk_start.js";
import "./email_signature.js";
import "./dialog.js";
import "./partner_quick_entry.js";
import "./plain_texts.js";
import "./quantities.js";
import "./queries.js";
import "./search.js";
import "./shortened_numbers.js";
import "./statuses.js";
import "./stream.js";
import "./taking_part.js";
