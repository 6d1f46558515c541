"""A report's text -> drafts: what its sentences undertake, impose or tell, by whom, when and of what."""
